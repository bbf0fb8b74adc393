using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Auth.Tests;

public sealed class PlaneTests
{
    private static readonly string[] AllPolicies = [PulsePolicies.Customer, PulsePolicies.TenantAdmin, PulsePolicies.Operator, PulsePolicies.OperatorAdmin];

    private readonly IAuthorizationService _service =
        new ServiceCollection().AddPulseAuthorization().BuildServiceProvider().GetRequiredService<IAuthorizationService>();

    [Theory]
    [InlineData("acme", "customer", PulsePolicies.Customer)]
    [InlineData("acme", "tenant-admin", PulsePolicies.Customer, PulsePolicies.TenantAdmin)]
    [InlineData(null, "operator", PulsePolicies.Operator)]
    [InlineData(null, "operator-admin", PulsePolicies.Operator, PulsePolicies.OperatorAdmin)]
    [InlineData(null, "customer")]
    [InlineData(null, "tenant-admin")]
    [InlineData("acme", "operator")]
    [InlineData("acme", "operator-admin")]
    [InlineData("acme", "customer operator")]
    [InlineData("acme", "tenant-admin operator-admin")]
    [InlineData(null, "customer operator", PulsePolicies.Operator)]
    [InlineData("acme", "Customer")]
    [InlineData("acme", "")]
    [InlineData(null, "Operator")]
    public async Task Each_policy_admits_its_plane_alone(string? tenant, string roles, params string[] admitted)
    {
        var user = User(tenant, roles.Split(' '));

        foreach (var policy in AllPolicies)
        {
            Assert.Equal(admitted.Contains(policy), (await _service.AuthorizeAsync(user, policy)).Succeeded);
        }
    }

    [Fact]
    public async Task Two_credentials_in_one_principal_are_nobody()
    {
        var user = User("acme", ["customer"]);
        user.AddIdentities(User("other", ["tenant-admin"]).Identities);

        Assert.Null(user.GetPulseTenant());
        Assert.Null(user.GetPulseSubject());
        foreach (var policy in AllPolicies)
        {
            Assert.False((await _service.AuthorizeAsync(user, policy)).Succeeded);
        }
    }

    [Fact]
    public async Task An_unauthenticated_identity_has_no_tenant_and_no_access()
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity(User("acme", ["customer"]).Claims));

        Assert.Null(user.GetPulseTenant());
        Assert.Null(user.GetPulseSubject());
        Assert.False((await _service.AuthorizeAsync(user, PulsePolicies.Customer)).Succeeded);
    }

    [Fact]
    public void A_single_value_is_read()
    {
        var user = User("acme", ["customer"]);

        Assert.Equal("acme", user.GetPulseTenant());
        Assert.Equal("alice", user.GetPulseSubject());
        Assert.Null(User(null, []).GetPulseTenant());
        Assert.Throws<ArgumentNullException>(() => default(ClaimsPrincipal)!.GetPulseTenant());
    }

    [Fact]
    public async Task A_role_under_another_claim_type_does_not_count()
    {
        var identity = new ClaimsIdentity(
            [new Claim("sub", "alice"), new Claim("tenant_id", "acme"), new Claim(ClaimTypes.Role, "customer")], "test", "sub", ClaimTypes.Role);

        Assert.False((await _service.AuthorizeAsync(new ClaimsPrincipal(identity), PulsePolicies.Customer)).Succeeded);
    }

    [Fact]
    public async Task A_verified_token_makes_a_principal_the_policies_know()
    {
        var token = (await new TestValidator().ValidateAsync(TokenForge.Token())).Token!;

        var principal = token.CreatePrincipal("Bearer");

        Assert.True(principal.Identity!.IsAuthenticated);
        Assert.Equal("alice", principal.Identity.Name);
        Assert.Equal("acme", principal.GetPulseTenant());
        Assert.Equal("f3b0c442", principal.GetPulseSubject());
        Assert.True(principal.IsInRole("customer"));
        Assert.Equal("b1c2", principal.FindFirst(PulseClaimTypes.SessionId)!.Value);
        Assert.Equal("pulse-web", principal.FindFirst(PulseClaimTypes.ClientId)!.Value);
        Assert.All(principal.Claims, claim => Assert.Equal(TokenForge.Issuer, claim.Issuer));
        Assert.True((await _service.AuthorizeAsync(principal, PulsePolicies.Customer)).Succeeded);
        Assert.NotSame(principal, token.CreatePrincipal("Bearer"));
        Assert.Throws<ArgumentException>(() => token.CreatePrincipal(""));
    }

    [Fact]
    public void Registering_twice_reports_once()
    {
        var services = new ServiceCollection().AddPulseAuthorization().AddPulseAuthorization();

        Assert.Single(services, service => service.ImplementationType == typeof(PlaneHandler));
    }

    private static ClaimsPrincipal User(string? tenant, IEnumerable<string> roles)
    {
        var identity = new ClaimsIdentity("test", PulseClaimTypes.PreferredUsername, PulseClaimTypes.Role);
        identity.AddClaim(new Claim(PulseClaimTypes.Subject, "alice"));
        if (tenant is not null)
        {
            identity.AddClaim(new Claim(PulseClaimTypes.TenantId, tenant));
        }

        identity.AddClaims(roles.Select(role => new Claim(PulseClaimTypes.Role, role)));
        return new ClaimsPrincipal(identity);
    }
}
