// src/domain/run.ts
function isReviewKind(kind) {
  return kind === "review" || kind === "adversarial-review";
}
var engineNames = ["exec", "app-server"];
var engineChoices = ["auto", ...engineNames];
var isolations = ["inherit", "ignore-config", "ignore-rules"];
var reviewScopes = ["auto", "working-tree", "staged", "branch", "commit", "paths"];

export {
  isReviewKind,
  engineChoices,
  isolations,
  reviewScopes
};
