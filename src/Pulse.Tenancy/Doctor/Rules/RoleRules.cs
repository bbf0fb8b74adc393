namespace Pulse.Tenancy;

/// <summary>T19 to T22, and T28 by membership: who tenants' statements run as, and what that can become.</summary>
internal static class RoleRules
{
    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog)
    {
        if (!catalog.Roles.Any(role => role.IsAppRole))
        {
            return [RuleBook.RoleAttributes.At("role " + ObjectName.Of(catalog.AppRole), "It does not exist: run the SQL of TenantSchema.Bootstrap.")];
        }

        return catalog.Roles.SelectMany(role => Attributes(role).Concat(Ownership(role)).Concat(role.Reaches.Select(reached => Reach(role, reached))));
    }

    private static IEnumerable<DoctorFinding> Attributes(RoleFacts role)
    {
        var name = SqlName.Quote(role.Name);
        var place = Place(role);
        if (role.Superuser || role.Bypasses)
        {
            var rule = role.IsAppRole ? RuleBook.RoleAttributes : RuleBook.ReachesBypass;
            yield return rule.At(place, "No policy binds it: it is superuser or has BYPASSRLS.", $"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS;");
        }

        if (role.OtherAttributes)
        {
            yield return RuleBook.RoleAttributes.At(
                place, "It has CREATEROLE, CREATEDB or REPLICATION.", $"ALTER ROLE {name} NOCREATEROLE NOCREATEDB NOREPLICATION;");
        }

        if (role.IsAppRole && role.CanLogin)
        {
            yield return RuleBook.RoleAttributes.At(place, "It can log in by itself, and so has its rights without a tenant.", $"ALTER ROLE {name} NOLOGIN;");
        }

        if (!role.IsAppRole && role.Inherits)
        {
            yield return RuleBook.Inherits.At(place, "It has INHERIT.", $"ALTER ROLE {name} NOINHERIT;");
        }
    }

    private static IEnumerable<DoctorFinding> Ownership(RoleFacts role)
    {
        if (role.Owned > 0)
        {
            yield return RuleBook.Owns.At(
                Place(role), $"It owns {role.Owned} of this database's or the cluster's objects.", $"REASSIGN OWNED BY {SqlName.Quote(role.Name)} TO pulse_owner;");
        }
    }

    private static DoctorFinding Reach(RoleFacts role, ReachedRole reached)
    {
        var other = ObjectName.Of(reached.Name);
        var fix = $"REVOKE {SqlName.Quote(reached.Through)} FROM {SqlName.Quote(role.Name)};";
        if (reached.Superuser || reached.Bypasses)
        {
            return RuleBook.ReachesBypass.At(Place(role), $"It can become {other}, whom no policy binds.", fix);
        }

        if (reached.OwnsTables)
        {
            return RuleBook.Owns.At(Place(role), $"It can become {other}, which owns tables.", fix);
        }

        return reached.ServerAccess
            ? RuleBook.OutOfDatabase.At(Place(role), $"It is a member of {other}.", fix, DoctorSeverity.Error)
            : RuleBook.ReachesBypass.At(Place(role), $"It can become {other} besides its own role.", fix, DoctorSeverity.Warning);
    }

    private static string Place(RoleFacts role) => (role.IsAppRole ? "role " : "login ") + ObjectName.Of(role.Name);
}
