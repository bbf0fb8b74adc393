using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The console's sign-in and sign-out at the embedded provider.</summary>
public sealed class EmbeddedProviderConsoleTests(EmbeddedProviderFixture fixture) : IClassFixture<EmbeddedProviderFixture>
{
    [Fact]
    public Task The_console_signs_a_user_in() => ConsoleFlow.SignsInAsync(
        EmbeddedProviderFixture.ConsoleOrigin, fixture.Issuer, EmbeddedProviderFixture.WebClientSecret);

    [Fact]
    public Task Signing_out_ends_the_providers_session_too() => ConsoleFlow.SignsOutAtTheProviderTooAsync(
        EmbeddedProviderFixture.ConsoleOrigin, fixture.Issuer, EmbeddedProviderFixture.WebClientSecret);

    [Fact]
    public async Task A_console_with_a_wrong_secret_gets_no_session()
    {
        await using var console = await TestConsole.StartAsync(EmbeddedProviderFixture.ConsoleOrigin, fixture.Issuer, "another-secret");
        using var client = new CodeFlowClient(fixture.Issuer);

        await Assert.ThrowsAsync<LoginFailedException>(
            () => client.LoginToConsoleAsync(EmbeddedProviderFixture.ConsoleOrigin, "bob", EmbeddedProviderFixture.Password));
    }
}
