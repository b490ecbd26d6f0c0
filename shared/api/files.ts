import type { fileAnswers } from "./answers/files.ts";
import { answeredBy } from "./route.ts";

export const fileContract = answeredBy<typeof fileAnswers>()({
  uploadFile: {
    method: "POST",
    path: "/v1/files",
    role: "agent",
    scope: "messages:write",
    takesFile: true,
    status: 201,
  },
});
