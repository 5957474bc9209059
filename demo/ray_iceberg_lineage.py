"""Step 1 of the story: the first version of the data, and the first model of it.

Each step is a program of its own, so that lineage knows it by its own name: its runs gather under that name.
"""

import churn

if __name__ == "__main__":
    churn.step("generate_customer_dataset", "1")
    churn.step("train_churn_model", "1")
