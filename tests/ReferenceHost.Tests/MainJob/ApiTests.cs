using System.Net;
using System.Text.Json;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>The two planes as a caller meets them.</summary>
[Collection(RunningHostTests.Name)]
public sealed class ApiTests(RunningHost running)
{
    [Theory]
    [InlineData("alice", HttpStatusCode.OK)]
    [InlineData("bob", HttpStatusCode.OK)]
    [InlineData("olga", HttpStatusCode.Forbidden)]
    [InlineData("otto", HttpStatusCode.Forbidden)]
    public async Task The_customer_plane_is_for_members_of_a_tenant(string user, HttpStatusCode expected)
    {
        using var response = await running.GetAsync("/api/v1/customer/devices", user);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("alice", HttpStatusCode.Forbidden)]
    [InlineData("bob", HttpStatusCode.Forbidden)]
    [InlineData("olga", HttpStatusCode.BadRequest)]
    [InlineData("otto", HttpStatusCode.BadRequest)]
    public async Task The_operator_plane_is_for_operators_and_wants_a_reason(string user, HttpStatusCode expected)
    {
        using var response = await running.GetAsync("/api/v1/operator/devices", user);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_tenant_named_in_the_address_changes_nothing()
    {
        using var response = await running.GetAsync("/api/v1/customer/devices?tenant=acme&tenant_id=acme&limit=1000", "carol");

        var devices = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("devices");
        Assert.DoesNotContain(devices.EnumerateArray(), device => device.GetProperty("deviceId").GetString() == "bench-1");
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=-1")]
    public async Task A_limit_out_of_range_is_refused_with_the_range(string query)
    {
        using var response = await running.GetAsync("/api/v1/customer/devices" + query, "alice");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("from 1 to 1000", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logout_token_of_nobody_is_refused_where_the_provider_tells_of_logouts()
    {
        using var form = new FormUrlEncodedContent([new("logout_token", "eyJhbGciOiJub25lIn0.e30.")]);

        using var response = await running.Http.PostAsync(new Uri("/signout/backchannel", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_401_and_does_not_say_why()
    {
        using var response = await running.Http.GetAsync(new Uri("/api/v1/customer/devices", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_page_without_a_session_offers_to_log_in_under_a_strict_policy()
    {
        using var response = await running.Http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("Log in", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
    }
}
