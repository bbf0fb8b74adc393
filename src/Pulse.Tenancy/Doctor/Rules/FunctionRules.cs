namespace Pulse.Tenancy;

/// <summary>T15, T16, T17, T30: code that runs with other rights.</summary>
internal static class FunctionRules
{
    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog) => catalog.Functions.SelectMany(function => Judge(catalog, function));

    private static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog, FunctionFacts function)
    {
        var place = $"function {ObjectName.Of(function.Schema, function.Name)}({function.Arguments})";
        var name = $"{SqlName.Quote(function.Schema, function.Name)}({function.Arguments})";
        if (function.Leakproof)
        {
            yield return RuleBook.Leakproof.At(place, "It is marked LEAKPROOF.", $"ALTER FUNCTION {name} NOT LEAKPROOF;");
        }

        if (!function.Definer)
        {
            yield break;
        }

        if (!function.HasSearchPath)
        {
            yield return RuleBook.NoSearchPath.At(
                place, "It sets no search_path; names in it that have no schema must be given one.", $"ALTER FUNCTION {name} SET search_path = pg_catalog, pg_temp;");
        }

        if (function.IsTrigger)
        {
            foreach (var table in function.TriggerOn.Where(table => catalog.TenantTables.Any(found => found.Schema == table.Schema && found.Name == table.Name)))
            {
                yield return RuleBook.DefinerTrigger.At(
                    place, $"It runs as {ObjectName.Of(function.Owner)} for each change of {ObjectName.Of(table.Schema, table.Name)}.", $"ALTER FUNCTION {name} SECURITY INVOKER;");
            }
        }
        else if (function.Executable && !IsTenantFunction(function))
        {
            yield return RuleBook.DefinerFunction.At(
                place,
                function.OwnerBypasses
                    ? $"Tenants' statements may run it as {ObjectName.Of(function.Owner)}, whom no policy binds."
                    : $"Tenants' statements may run it as {ObjectName.Of(function.Owner)}.",
                $"REVOKE EXECUTE ON FUNCTION {name} FROM {catalog.Grantees};",
                function.OwnerBypasses ? DoctorSeverity.Error : DoctorSeverity.Warning);
        }
    }

    // In sealed mode it reads the keys, which only its owner may.
    private static bool IsTenantFunction(FunctionFacts function) =>
        function is { Schema: "pulse", Name: "tenant_id", Arguments: "", OwnerBypasses: false };
}
