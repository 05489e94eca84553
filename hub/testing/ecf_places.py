"""Where a court looks in an ECF 4.01 citation: paths and labels, for `ecf_reader`."""

PERSON = {
    "birth_date": "nc:PersonBirthDate/nc:Date",
    "eye_code": "nc:PersonEyeColorCode",
    "hair_code": "nc:PersonHairColorCode",
    "first_name": "nc:PersonName/nc:PersonGivenName",
    "middle_name": "nc:PersonName/nc:PersonMiddleName",
    "last_name": "nc:PersonName/nc:PersonSurName",
    "suffix": "nc:PersonName/nc:PersonNameSuffixText",
    "fish_wildlife_number": "nc:PersonOtherIdentification/nc:IdentificationID",
    "race_code": "nc:PersonRaceCode",
    "sex": "nc:PersonSexCode",
    "license_number": ".//nc:DriverLicenseIdentification/nc:IdentificationID",
    "license_class": ".//nc:DriverLicenseCommercialClassCode",
}
VEHICLE = {
    "vin": "nc:VehicleIdentification/nc:IdentificationID",
    "plate_number": "nc:ConveyanceRegistrationPlateIdentification/nc:IdentificationID",
    "model_year": "nc:ItemModelYearDate",
    "make_code": "nc:VehicleMakeCode",
    "color_code": "nc:VehicleColorPrimaryCode",
    "style_code": "nc:VehicleStyleCode",
}
INCIDENT = {
    "incident_number": "nc:ActivityIdentification/nc:IdentificationID",
    "violation_at": "nc:ActivityDate/nc:DateTime",
    "location.highway": "nc:IncidentLocation//nc:StreetFullText",
    "location.landmark": "nc:IncidentLocation/nc:LocationDescriptionText",
    "accident": "j:IncidentAugmentation/j:IncidentTrafficAccidentInvolvedIndicator",
}
CITATION = {
    "citation_number": "nc:ActivityIdentification/nc:IdentificationID",
    "issued_at": "nc:ActivityDate/nc:DateTime",
    "agency_ori": "j:CitationAgency/nc:OrganizationIdentification/nc:IdentificationID",
    "officer_badge": "j:CitationIssuingOfficial/j:EnforcementOfficialBadgeIdentification"
    "/nc:IdentificationID",
    "agency_code": "j:CitationIssuingOfficial/j:EnforcementOfficialUnit"
    "/nc:OrganizationIdentification/nc:IdentificationID",
}
CHARGE = {
    "narrative": "j:ChargeDescriptionText",
    "sequence": "j:ChargeSequenceID/nc:IdentificationID",
    "statute": "j:ChargeStatute/j:StatuteCodeIdentification/nc:IdentificationID",
    "statute_type": "j:ChargeStatute/j:StatuteCodeIdentification/nc:IdentificationCategoryText",
    "violation_code": "j:ChargeStatute/j:StatuteOffenseIdentification/nc:IdentificationID",
}
CITATION_LABELS = {
    "source": "source",
    "state": "state",
    "traffic": "traffic",
    "served by": "served_by",
    "answer by": "answer_by",
    "civil relief": "relief_status",
    "civil relief text": "relief_text",
    "seat belt violation": "seat_belt",
    "fatality": "fatality",
    "municipality code": "location.municipality_code",
    "latitude degrees": "location.latitude",
    "longitude degrees": "location.longitude",
    "speed device": "speed.device",
    "actual speed mph": "speed.actual_mph",
    "posted speed mph": "speed.posted_mph",
    "hazardous material": "vehicle.hazmat",
} | {
    f"{who} {label}": f"{who}.{name}"
    for who in ("defendant", "guardian", "recipient")
    for label, name in {
        "sex": "sex",
        "place of birth": "birth_place",
        "license class": "license_class",
        "commercial license": "cdl",
        "kind": "kind",
        "organization": "organization_name",
    }.items()
}
VIOLATION_LABELS = {
    "points": "points",
    "penalty minimum dollars": "penalty_min",
    "penalty maximum dollars": "penalty_max",
    "waiver amount dollars": "waiver_amount",
    "related criminal charge": "related_criminal",
}
VEHICLE_LABELS = {
    "make": "vehicle.make_code",
    "model": "vehicle.model",
    "commercial vehicle": "vehicle.commercial",
}

FLAG_LABELS = {
    "traffic",
    "seat belt violation",
    "fatality",
    "hazardous material",
    "related criminal charge",
    "commercial vehicle",
    "defendant commercial license",
    "guardian commercial license",
    "recipient commercial license",
}
