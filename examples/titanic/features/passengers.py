"""The passengers of the Titanic, and the model that says who survived."""

import math

import polars as pl

from alignc import (
    Bool,
    Example,
    FeatureView,
    FileSource,
    Float,
    Int32,
    Model,
    RedisConfig,
    String,
)


class Passenger(FeatureView):
    metadata = FeatureView.metadata_with(
        name="passenger",
        description="A passenger of the Titanic, as the passenger list has it.",
        batch_source=FileSource.csv_at(
            "data/titanic.csv",
            mapping_keys={
                "PassengerId": "passenger_id",
                "Survived": "survived",
                "Pclass": "ticket_class",
                "Name": "name",
                "Sex": "sex",
                "Age": "age",
                "SibSp": "siblings",
                "Parch": "parents_and_children",
                "Fare": "fare",
                "Cabin": "cabin",
                "Embarked": "embarked",
            },
        ),
        tags={"domain": "history"},
        examples=[
            Example(
                name="children go first, and women of the upper classes",
                given=[
                    {"PassengerId": 1, "Sex": "male", "Age": 12.5, "Pclass": 2},
                    {"PassengerId": 2, "Sex": "male", "Age": 13.0, "Pclass": 2},
                    {"PassengerId": 3, "Sex": "female", "Age": 40.0, "Pclass": 3},
                    {"PassengerId": 4, "Sex": "female", "Age": None, "Pclass": 1},
                    {"PassengerId": 5, "Sex": "male", "Age": None, "Pclass": 1},
                ],
                expect=[
                    {"passenger_id": 1, "is_child": True, "goes_first": True},
                    {"passenger_id": 2, "is_child": False, "goes_first": False},
                    {"passenger_id": 3, "is_child": False, "goes_first": False},
                    # Whether somebody of unknown age is a child does not matter where it is a woman.
                    {"passenger_id": 4, "is_child": None, "goes_first": True},
                    {"passenger_id": 5, "is_child": None, "goes_first": None},
                ],
            ),
        ],
    )

    passenger_id = Int32().as_entity()
    survived = Bool().description("Whether the passenger lived on.")
    ticket_class = Int32().is_required().lower_bound(1).upper_bound(3)
    name = String().is_required().description("Surname, title and first names.")
    sex = String().is_required().accepted_values(["male", "female"])
    age = Float().lower_bound(0).upper_bound(110).description("Years; fractions for babies.")
    siblings = Int32().is_required().lower_bound(0).description("Siblings and spouses aboard.")
    parents_and_children = Int32().is_required().lower_bound(0)
    fare = Float().is_required().lower_bound(0).description("Price of the ticket in pounds.")
    cabin = String()
    embarked = String().accepted_values(["S", "C", "Q"]).description("The port of embarkation.")

    is_male, is_female = sex.one_hot_encode(["male", "female"])
    port_number = embarked.ordinal_categories(["S", "C", "Q"]).description(
        "Southampton, Cherbourg, Queenstown: the order of the journey."
    )
    age_or_mean = age.fill_na(29.7).description("The age, or the mean of those who told it.")
    cabin_or_port = cabin.fill_na(embarked).description("Where the passenger was last seen.")
    is_northern = embarked.is_in(["S", "Q"])
    has_cabin = cabin.is_not_null()
    is_mr = name.contains("Mr. ", literal=True)
    is_married = name.contains(r"(Mrs|Mme)\. .*\(").description("Named after a husband.")

    # The escape hatch: what alignc has no word for, with the same computation for SQL.
    title = name.transform_polars(
        pl.col("name").str.extract(r", ([A-Za-z ]+)\.", 1),
        as_dtype=String(),
        duckdb=r"NULLIF(REGEXP_EXTRACT(name, ', ([A-Za-z ]+)\.', 1), '')",
        postgres=r"SUBSTRING(name FROM ', ([A-Za-z ]+)\.')",
        pyspark=r"NULLIF(REGEXP_EXTRACT(name, ', ([A-Za-z ]+)[.]', 1), '')",
    ).description("Mr, Mrs, Miss, Master, Rev, …")

    family_size = (siblings + parents_and_children + 1).description("With the passenger.")
    is_alone = family_size == 1
    fare_each = (fare / family_size).description("Pounds for each member of the family.")
    fare_pounds = math.floor(fare)
    fare_started = math.ceil(fare)
    fare_rounded = round(fare, 1)
    years_from_thirty = abs(age_or_mean - 30)
    is_child = age < 13
    goes_first = (is_child | is_female) & ~(ticket_class == 3)


passenger = Passenger()


class Survival(Model):
    metadata = Model.metadata_with(
        name="survival",
        description="Who survived the sinking?",
        features=[
            passenger.is_female,
            passenger.age_or_mean,
            passenger.ticket_class,
            passenger.port_number,
            passenger.family_size,
            passenger.is_alone,
            passenger.fare_each,
            passenger.fare_rounded,
            passenger.has_cabin,
            passenger.is_married,
            passenger.title,
            passenger.years_from_thirty,
            passenger.goes_first,
        ],
    )

    model_version = String().as_model_version()
    will_survive = passenger.survived.as_classification_target().send_ground_truth_event(
        when=passenger.survived.is_not_null(),
        sink_to=RedisConfig.localhost().stream("titanic_survival"),
    )
