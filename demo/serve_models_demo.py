"""Step 3 of the story: both models are served, and asked about the same customers. --stay keeps them up."""

import sys

import churn

if __name__ == "__main__":
    churn.step("deploy_churn_model", *sys.argv[1:])
