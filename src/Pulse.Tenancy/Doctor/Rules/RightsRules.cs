namespace Pulse.Tenancy;

/// <summary>T18, T23, T24, T27, T29: rights that no policy narrows.</summary>
internal static class RightsRules
{
    private static readonly string[] Unchecked = ["TRUNCATE", "REFERENCES", "TRIGGER"];

    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog) =>
        Tables(catalog).Concat(Schemas(catalog)).Concat(Temporary(catalog)).Concat(Defaults(catalog)).Concat(Sequences(catalog));

    private static IEnumerable<DoctorFinding> Tables(CatalogSnapshot catalog) =>
        from table in catalog.Tables
        where !table.IsPartition
        let rights = string.Join(", ", table.Rights.Intersect(Unchecked))
        where rights.Length > 0
        select RuleBook.UncheckedRights.At(
            ObjectName.Table(table),
            $"Tenants' statements have {rights}.",
            $"REVOKE {rights} ON TABLE {SqlName.Quote(table.Schema, table.Name)} FROM {catalog.Grantees};");

    private static IEnumerable<DoctorFinding> Schemas(CatalogSnapshot catalog) =>
        from schema in catalog.Places.CreatableSchemas
        select RuleBook.CreateOnSchema.At(
            "schema " + ObjectName.Of(schema), "Tenants' statements may create in it.", $"REVOKE CREATE ON SCHEMA {SqlName.Quote(schema)} FROM {catalog.Grantees};");

    private static IEnumerable<DoctorFinding> Temporary(CatalogSnapshot catalog)
    {
        if (catalog.Server.Temporary)
        {
            yield return RuleBook.Temporary.At(
                "database " + ObjectName.Of(catalog.Server.Database),
                "Tenants' statements may create temporary tables.",
                $"REVOKE TEMPORARY ON DATABASE {SqlName.Quote(catalog.Server.Database)} FROM {catalog.Grantees};");
        }
    }

    private static IEnumerable<DoctorFinding> Defaults(CatalogSnapshot catalog) =>
        from right in catalog.Places.DefaultPrivileges
        let objects = right.Kind switch { "r" => "TABLES", "S" => "SEQUENCES", _ => "FUNCTIONS" }
        let within = right.Schema is null ? string.Empty : $" in schema {ObjectName.Of(right.Schema)}"
        let schema = right.Schema is null ? string.Empty : $" IN SCHEMA {SqlName.Quote(right.Schema)}"
        let grantee = right.Grantee == "PUBLIC" ? "PUBLIC" : SqlName.Quote(right.Grantee)
        select RuleBook.DefaultPrivileges.At(
            $"default privileges of {ObjectName.Of(right.Owner)}{within}",
            $"New {(right.Kind switch { "r" => "tables", "S" => "sequences", _ => "functions" })} are granted to {right.Grantee} as they are made.",
            $"ALTER DEFAULT PRIVILEGES FOR ROLE {SqlName.Quote(right.Owner)}{schema} REVOKE ALL ON {objects} FROM {grantee};",
            right.Kind == "r" ? DoctorSeverity.Error : DoctorSeverity.Warning);

    private static IEnumerable<DoctorFinding> Sequences(CatalogSnapshot catalog) =>
        from sequence in catalog.Places.ReadableSequences
        select RuleBook.SequenceSelect.At(
            "sequence " + ObjectName.Of(sequence.Schema, sequence.Name),
            "Tenants' statements may read it.",
            $"REVOKE SELECT ON SEQUENCE {SqlName.Quote(sequence.Schema, sequence.Name)} FROM {catalog.Grantees};");
}
