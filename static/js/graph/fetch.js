// Asks the server; what goes wrong becomes a Failure whose `reason` is the name of a message in lineage-words.
export class Failure extends Error {
  constructor(reason, status) {
    super(reason);
    this.reason = reason;
    this.status = status;
  }
}

async function ask(url, headers) {
  let response;
  try {
    response = await fetch(url, { headers, credentials: "same-origin", redirect: "manual" });
  } catch {
    throw new Failure("offline");
  }
  if (response.ok) return response;
  // A page of ours answers with the way to the sign-in page where the session has ended.
  if (response.type === "opaqueredirect") throw new Failure("signedOut");
  const reasons = { 401: "signedOut", 403: "signedOut", 404: "gone" };
  throw new Failure(reasons[response.status] || "error", response.status);
}

export const json = async (url) => (await ask(url, { Accept: "application/json", "HX-Request": "true" })).json();
export const text = async (url) => (await ask(url, { Accept: "text/html", "HX-Request": "true" })).text();
