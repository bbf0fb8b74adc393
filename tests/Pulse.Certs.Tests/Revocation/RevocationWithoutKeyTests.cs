using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

/// <summary>Who must revoke in a hurry must not have to reach the key first.</summary>
public class RevocationWithoutKeyTests
{
    [Fact]
    public async Task Revokes_holds_releases_and_lists_while_the_signer_cannot_be_made()
    {
        var working = new Harness();
        var (first, second) = (await working.IssueAsync(Harness.Device()), await working.IssueAsync(Harness.Device()));
        var harness = new Harness(register: builder => builder
            .UseSigner(_ => throw new InvalidOperationException("The key service is away."))
            .Services.AddSingleton<ICertificateStore>(working.Store));

        var revoked = await harness.Authority.RevokeAsync(Harness.Device(), first.SerialNumber, RevocationReason.KeyCompromise);
        var held = await harness.Authority.HoldAsync(Harness.Device(), second.SerialNumber);
        var released = await harness.Authority.ReleaseAsync(Harness.Device(), second.SerialNumber);

        Assert.Equal(
            (RevokeOutcome.Revoked, RevokeOutcome.Held, RevokeOutcome.Released), (revoked.Outcome, held.Outcome, released.Outcome));
        Assert.True(harness.View.IsRevoked(first.SerialNumber));
        Assert.Single(await harness.Authority.ListActiveAsync(Harness.Device()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => harness.IssueAsync(Harness.Device()));
    }
}
