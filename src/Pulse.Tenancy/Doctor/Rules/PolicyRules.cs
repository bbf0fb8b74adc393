namespace Pulse.Tenancy;

/// <summary>T04, T06, T10, T10b, T11, T33, T34, T35, T38, T39: what the policies say.</summary>
internal static class PolicyRules
{
    private const string TenantSetting = "app.tenant_id";

    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog) =>
        catalog.TenantTables.Where(table => table.RowSecurity).SelectMany(table => Table(catalog, table))
            .Concat(catalog.Policies.SelectMany(policy => Policy(catalog, policy)));

    /// <summary>A restrictive policy for everybody and every command that asks for the tenant.</summary>
    public static bool IsGuard(PolicyFacts policy)
    {
        if (policy.Permissive || !policy.ToPublic || !policy.ForAll)
        {
            return false;
        }

        return PolicyExpression.Read(policy.Using).MentionsTenant;
    }

    private static IEnumerable<DoctorFinding> Table(CatalogSnapshot catalog, TableFacts table)
    {
        if (!catalog.PoliciesOf(table).Any(IsGuard))
        {
            yield return RuleBook.NoGuard.At(
                ObjectName.Table(table), "No restrictive policy TO PUBLIC asks for the tenant.", ProtectSql.GuardPolicy(SqlName.Quote(table.Schema, table.Name)));
        }

        var plan = catalog.Plans.FirstOrDefault(plan => plan.Schema == table.Schema && plan.Table == table.Name);
        var saidByPolicy = catalog.PoliciesOf(table).Any(policy => policy.AppliesToApp && Conditions(policy).Any(condition => condition.CallsPerRow || condition.ReadsTables));
        if (plan is not null && !saidByPolicy && PlanReading.PerRow(plan.Plan) is { } condition)
        {
            yield return RuleBook.PerRowPlan.At(ObjectName.Table(table), $"The planner filters each row by {condition}.");
        }
    }

    private static IEnumerable<DoctorFinding> Policy(CatalogSnapshot catalog, PolicyFacts policy)
    {
        var table = catalog.Find(new TableName(policy.Schema, policy.Table));
        if (table is null || !policy.AppliesToApp)
        {
            return [];
        }

        return catalog.IsSystem(table)
            ? SystemPolicy(catalog, policy)
            : Judge(catalog, policy, table).Concat(Setting(catalog, policy));
    }

    private static IEnumerable<DoctorFinding> SystemPolicy(CatalogSnapshot catalog, PolicyFacts policy)
    {
        if (policy.Permissive && Conditions(policy).Any(condition => condition.IsTrue))
        {
            yield return AllRows(policy, "It lets tenants' statements see every row of a system table.");
        }

        foreach (var finding in Setting(catalog, policy))
        {
            yield return finding;
        }
    }

    private static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog, PolicyFacts policy, TableFacts table)
    {
        var place = Place(policy);
        var conditions = Conditions(policy).ToList();
        if (policy.Permissive && conditions.Any(condition => condition.IsTrue))
        {
            yield return AllRows(policy, "Its condition is true for every row.");
        }
        else if (policy.Permissive && table.HasTenant && !conditions.TrueForAll(condition => condition.MentionsTenant))
        {
            yield return AllRows(policy, "Its condition does not ask for tenant_id.");
        }

        if (conditions.Exists(condition => condition.AcceptsNullTenant))
        {
            yield return RuleBook.NullableTenant.At(place, "It shows rows without a tenant to every tenant.", Rewrite(policy));
        }

        if (table.HasTenant && conditions.Exists(condition => condition.CallsPerRow))
        {
            yield return RuleBook.PerRowPolicy.At(place, "It calls its function outside a SELECT of its own.", Rewrite(policy));
        }

        if (conditions.Exists(condition => condition.CastsTenant))
        {
            yield return RuleBook.CastTenant.At(place, "It converts tenant_id before comparing it.", Rewrite(policy));
        }

        if (conditions.Exists(condition => condition.ReadsSetting("role")))
        {
            yield return RuleBook.RoleSetting.At(place, "It asks for the setting \"role\".", Rewrite(policy));
        }

        if (conditions.Exists(condition => condition.ReadsUser))
        {
            yield return RuleBook.UserAsTenant.At(place, "It asks who the user of the connection is.", Rewrite(policy));
        }

        if (conditions.Exists(condition => condition.ReadsTables))
        {
            yield return RuleBook.ForeignRead.At(place, "It reads another table.");
        }
    }

    private static IEnumerable<DoctorFinding> Setting(CatalogSnapshot catalog, PolicyFacts policy)
    {
        if (catalog.Server.Sealed && Conditions(policy).Any(condition => condition.ReadsSetting(TenantSetting)))
        {
            yield return RuleBook.UnsealedSetting.At(
                Place(policy), $"It reads {TenantSetting}, which no seal guards: ask pulse.tenant_id().", catalog.Find(new(policy.Schema, policy.Table)) is { } table && catalog.IsSystem(table) ? null : Rewrite(policy));
        }
    }

    private static DoctorFinding AllRows(PolicyFacts policy, string message) => RuleBook.AllRowsPolicy.At(
        Place(policy), message, $"DROP POLICY {SqlName.Quote(policy.Name)} ON {SqlName.Quote(policy.Schema, policy.Table)};");

    /// <summary>The policy of this name, with the condition the library writes.</summary>
    private static string Rewrite(PolicyFacts policy)
    {
        var name = SqlName.Quote(policy.Schema, policy.Table);
        return $"""
            DROP POLICY {SqlName.Quote(policy.Name)} ON {name};
            {(policy.Permissive ? ProtectSql.OwnPolicy(name) : ProtectSql.GuardPolicy(name))}
            """;
    }

    // A missing check means the condition itself.
    private static IEnumerable<PolicyExpression> Conditions(PolicyFacts policy) =>
        new[] { policy.Using, policy.Check }.Where(text => text is not null).Select(PolicyExpression.Read);

    private static string Place(PolicyFacts policy) => ObjectName.On("policy", policy.Name, policy.Schema, policy.Table);
}
