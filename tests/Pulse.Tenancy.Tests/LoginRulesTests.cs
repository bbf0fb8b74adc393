namespace Pulse.Tenancy.Tests;

public sealed class LoginRulesTests
{
    private static readonly LoginFacts Good = new() { Login = "app", CurrentUser = "app", Memberships = ["pulse_app"] };

    public static TheoryData<string, string> Faults => new()
    {
        { nameof(LoginFacts.IsSuperuser), "ALTER ROLE \"app\" NOSUPERUSER" },
        { nameof(LoginFacts.BypassesRls), "ALTER ROLE \"app\" NOBYPASSRLS" },
        { nameof(LoginFacts.Inherits), "ALTER ROLE \"app\" NOINHERIT" },
        { nameof(LoginFacts.HasOtherAttributes), "NOCREATEROLE NOCREATEDB NOREPLICATION" },
        { nameof(LoginFacts.CurrentUser), "ALTER ROLE \"app\" RESET role" },
        { nameof(LoginFacts.Owned), "REASSIGN OWNED BY \"app\", \"pulse_app\" TO pulse_owner" },
        { nameof(LoginFacts.Memberships), "REVOKE \"pulse_operator\" FROM \"app\", \"pulse_app\"" },
        { nameof(LoginFacts.RoleIsSuperuser), "ALTER ROLE \"pulse_app\" NOSUPERUSER" },
        { nameof(LoginFacts.RoleBypassesRls), "ALTER ROLE \"pulse_app\" NOBYPASSRLS" },
        { nameof(LoginFacts.RoleCanLogin), "ALTER ROLE \"pulse_app\" NOLOGIN" },
        { nameof(LoginFacts.RoleMayCallSetConfig), "may call set_config" },
    };

    [Fact]
    public void Accepts_a_login_that_takes_its_role_alone() => Assert.Empty(LoginRules.Examine(Good, "pulse_app", roleMayBypassRls: false, isSealed: false));

    [Theory]
    [MemberData(nameof(Faults))]
    public void Names_each_fault_once_with_its_remedy(string fault, string remedy)
    {
        var facts = fault switch
        {
            nameof(LoginFacts.IsSuperuser) => Good with { IsSuperuser = true },
            nameof(LoginFacts.BypassesRls) => Good with { BypassesRls = true },
            nameof(LoginFacts.Inherits) => Good with { Inherits = true },
            nameof(LoginFacts.HasOtherAttributes) => Good with { HasOtherAttributes = true },
            nameof(LoginFacts.CurrentUser) => Good with { CurrentUser = "pulse_app" },
            nameof(LoginFacts.Owned) => Good with { Owned = 1 },
            nameof(LoginFacts.Memberships) => Good with { Memberships = ["pulse_app", "pulse_operator"] },
            nameof(LoginFacts.RoleIsSuperuser) => Good with { RoleIsSuperuser = true },
            nameof(LoginFacts.RoleBypassesRls) => Good with { RoleBypassesRls = true },
            nameof(LoginFacts.RoleCanLogin) => Good with { RoleCanLogin = true },
            _ => Good with { RoleMayCallSetConfig = true },
        };

        var problem = Assert.Single(LoginRules.Examine(facts, "pulse_app", roleMayBypassRls: false, isSealed: false));

        Assert.Contains(remedy, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Asks_for_the_membership_that_is_missing() => Assert.Contains(
        "GRANT \"pulse_app\" TO \"app\"",
        Assert.Single(LoginRules.Examine(Good with { Memberships = [] }, "pulse_app", roleMayBypassRls: false, isSealed: false)),
        StringComparison.Ordinal);

    [Fact]
    public void Lets_an_operators_role_bypass_policies() => Assert.Empty(
        LoginRules.Examine(Good with { Memberships = ["pulse_operator"], RoleBypassesRls = true }, "pulse_operator", roleMayBypassRls: true, isSealed: false));

    [Fact]
    public void Names_every_fault_at_once() => Assert.Equal(
        3, LoginRules.Examine(Good with { IsSuperuser = true, Inherits = true, Owned = 2 }, "pulse_app", roleMayBypassRls: false, isSealed: false).Count);

    [Fact]
    public void An_open_latch_is_accepted_when_the_tenant_is_sealed()
    {
        var open = Good with { RoleMayCallSetConfig = true };

        Assert.Empty(LoginRules.Examine(open, "pulse_app", roleMayBypassRls: false, isSealed: true));
        Assert.Single(LoginRules.Examine(open, "pulse_app", roleMayBypassRls: false, isSealed: false));
    }
}
