namespace Pulse.Tenancy;

/// <summary>Decides whether a login can be trusted to keep tenants apart, and says how to mend one that cannot.</summary>
internal static class LoginRules
{
    public static IReadOnlyList<string> Examine(LoginFacts facts, string role, bool roleMayBypassRls, bool isSealed)
    {
        var problems = new List<string>();
        var login = SqlName.Quote(facts.Login);
        var quotedRole = SqlName.Quote(role);

        if (facts.IsSuperuser)
        {
            problems.Add($"is a superuser, whom no policy binds. Fix: ALTER ROLE {login} NOSUPERUSER, or use another login");
        }

        if (facts.BypassesRls)
        {
            problems.Add($"has BYPASSRLS. Fix: ALTER ROLE {login} NOBYPASSRLS");
        }

        if (facts.Inherits)
        {
            problems.Add($"has INHERIT, so it has its role's rights without a tenant. Fix: ALTER ROLE {login} NOINHERIT");
        }

        if (facts.HasOtherAttributes)
        {
            problems.Add($"has CREATEROLE, CREATEDB or REPLICATION. Fix: ALTER ROLE {login} NOCREATEROLE NOCREATEDB NOREPLICATION");
        }

        if (facts.CurrentUser != facts.Login)
        {
            problems.Add($"arrives as role {SqlName.Quote(facts.CurrentUser)}. Fix: ALTER ROLE {login} RESET role, and no role in the connection string's Options");
        }

        if (facts.Owned > 0)
        {
            problems.Add($"owns objects, itself or through {quotedRole} ({facts.Owned} found), and an owner can drop policies. Fix: REASSIGN OWNED BY {login}, {quotedRole} TO pulse_owner in each database");
        }

        if (!facts.Memberships.Contains(role, StringComparer.Ordinal))
        {
            problems.Add($"is not a member of {quotedRole}. Fix: run the SQL of TenantSchema.Bootstrap, or GRANT {quotedRole} TO {login}");
        }

        foreach (var other in facts.Memberships.Where(name => name != role))
        {
            problems.Add($"reaches role {SqlName.Quote(other)} by SET ROLE. Fix: REVOKE {SqlName.Quote(other)} FROM {login}, {quotedRole}");
        }

        AddRoleProblems(facts, quotedRole, roleMayBypassRls, isSealed, problems);
        return problems;
    }

    private static void AddRoleProblems(LoginFacts facts, string role, bool roleMayBypassRls, bool isSealed, List<string> problems)
    {
        if (facts.RoleIsSuperuser)
        {
            problems.Add($"takes role {role}, a superuser. Fix: ALTER ROLE {role} NOSUPERUSER");
        }

        if (facts.RoleBypassesRls && !roleMayBypassRls)
        {
            problems.Add($"takes role {role}, which has BYPASSRLS. Fix: ALTER ROLE {role} NOBYPASSRLS");
        }

        if (facts.RoleCanLogin)
        {
            problems.Add($"takes role {role}, which can log in by itself. Fix: ALTER ROLE {role} NOLOGIN");
        }

        // A sealed tenant cannot be forged by whoever calls set_config, and a managed server does not let it be revoked.
        if (facts.RoleMayCallSetConfig && !isSealed)
        {
            problems.Add($"takes role {role}, which may call set_config and so change tenants. Fix: run the SQL of TenantSchema.Bootstrap in this database as superuser");
        }
    }
}
