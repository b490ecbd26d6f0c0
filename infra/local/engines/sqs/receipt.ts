import { AwsError } from "../error.ts";
import { invalidParameter } from "./validation.ts";

/** What a receipt handle stands for: one handing out of one message. */
export interface Receipt {
  number: number;
  receiveCount: number;
}

export const writeReceipt = (queue: string, receipt: Receipt): string =>
  Buffer.from(`${queue}/${receipt.number}/${receipt.receiveCount}`).toString("base64");

/** @throws AwsError when the handle is none of this queue's */
export function readReceipt(queue: string, handle: string | undefined): Receipt {
  const [name, number, receiveCount] = Buffer.from(handle ?? "", "base64")
    .toString()
    .split("/");
  if (name !== queue || !/^\d+$/.test(number ?? "") || !/^\d+$/.test(receiveCount ?? ""))
    throw new AwsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
  return { number: Number(number), receiveCount: Number(receiveCount) };
}

/** FIFO queues only: what is no longer held can't be deleted any more. */
export const expiredReceipt = (handle: string): AwsError =>
  invalidParameter("ReceiptHandle", handle, "The receipt handle has expired.");

export const unavailableReceipt = (handle: string): AwsError =>
  invalidParameter(
    "ReceiptHandle",
    handle,
    "Message does not exist or is not available for visibility timeout change.",
  );
