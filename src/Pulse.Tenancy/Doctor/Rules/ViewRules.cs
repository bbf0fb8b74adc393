namespace Pulse.Tenancy;

/// <summary>T12, T13, T14: relations that stand in front of tables.</summary>
internal static class ViewRules
{
    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog) => catalog.Views.SelectMany(view => Judge(catalog, view));

    private static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog, ViewFacts view)
    {
        var name = SqlName.Quote(view.Schema, view.Name);
        var revoke = $"REVOKE ALL ON TABLE {name} FROM {catalog.Grantees};";
        if (view.Kind == "f")
        {
            return [RuleBook.ForeignTable.At("foreign table " + ObjectName.Of(view.Schema, view.Name), "Tenants' statements may reach it.", revoke)];
        }

        var guarded = view.Reads.Select(catalog.Find).OfType<TableFacts>().Where(table => table.HasTenant || catalog.IsSystem(table)).ToList();
        if (guarded.Count == 0)
        {
            return [];
        }

        var reads = string.Join(", ", guarded.Select(table => ObjectName.Of(table.Schema, table.Name)));
        if (view.Kind == "m")
        {
            return [RuleBook.MaterializedView.At(
                "materialized view " + ObjectName.Of(view.Schema, view.Name), $"Tenants' statements may read it, and it keeps rows of {reads}.", revoke)];
        }

        return view.SecurityInvoker ? [] : [Definer(view, guarded, reads, name)];
    }

    private static DoctorFinding Definer(ViewFacts view, List<TableFacts> guarded, string reads, string name)
    {
        var bound = !view.OwnerBypasses && guarded.TrueForAll(table => table is { RowSecurity: true, Forced: true });
        return RuleBook.DefinerView.At(
            "view " + ObjectName.Of(view.Schema, view.Name),
            bound
                ? $"It reads {reads} as {ObjectName.Of(view.Owner)}, whom the policies happen to bind today."
                : $"It reads {reads} as {ObjectName.Of(view.Owner)}, whom no policy binds.",
            $"ALTER VIEW {name} SET (security_invoker = true);",
            bound ? DoctorSeverity.Warning : DoctorSeverity.Error);
    }
}
