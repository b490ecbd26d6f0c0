import type { OperationName, Operations } from "../../shared/api/contract.ts";
import type { Contract, RouteContract } from "../../shared/api/route.ts";
import type { PoolMemory } from "../../shared/flow/pool.ts";
import type * as routes from "../routes.ts";

export { atLeast, type Caller } from "../caller.ts";
export type { ApiRequest } from "../routes.ts";

/** What this function gives its routes: the state of pools, kept between calls. */
export interface Given {
  memory: PoolMemory;
}

export type Context = routes.Context & Given;

export type Call<Route extends RouteContract> = routes.Call<Route> & Given;

/** A call of one operation of the contract. */
export type CallOf<Name extends OperationName> = Call<Operations[Name]>;

export type Handlers<Part extends Contract> = routes.Handlers<Part, Given>;
