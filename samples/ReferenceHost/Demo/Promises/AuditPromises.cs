using Pulse.Audit;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Demo.Promises;

/// <summary>Everything refused above is in the trail.</summary>
internal static class AuditPromises
{
    private static readonly TimeSpan SealPatience = TimeSpan.FromSeconds(30);

    private static readonly (string Type, string? Reason)[] Expected =
    [
        ("auth.token.accepted", null),
        ("auth.token.refused", null),
        ("auth.access.denied", null),
        ("operator.access.granted", null),
        ("certificate.issued", null),
        ("certificate.revoked", "KeyCompromise"),
        ("certificate.refused", null),
        ("device.rejected", "IdentityMismatch"),
        ("device.rejected", "JsonInvalid"),
        ("device.rejected", "PayloadTooLarge"),
        ("device.rejected", "DeviceRateLimited"),
    ];

    public static IReadOnlyList<Promise> All { get; } =
    [
        new("each refusal has its audit row, and the chain is unbroken", EachAsync),
        new("the trail is sealed with signed checkpoints and verifies", SealedAsync),
    ];

    private static async Task<string> SealedAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var verifier = new AuditVerifier(await File.ReadAllTextAsync(DevelopmentAuditKey.PublicKeyFile(world.Host.Options.Root), cancellationToken));
        var patience = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Events go on coming, so the last few are never sealed yet; what is must verify, and there must be some.
            var found = await world.VerifyAuditAsync(verifier, cancellationToken);
            var isSealed = found.Verdict is AuditVerdict.Ok or AuditVerdict.Unsealed && found.TreeSize > 0;
            if (isSealed)
            {
                return $"{found.TreeSize} of {found.Events} events under {found.Checkpoints} signed checkpoints, none altered or missing";
            }

            var isLate = TimeProvider.System.GetElapsedTime(patience) > SealPatience;
            NotObservedException.Unless(found.Verdict == AuditVerdict.Unsealed && !isLate, $"the verdict is {found.Verdict} over {found.TreeSize} sealed events");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<string> EachAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        foreach (var (type, reason) in Expected)
        {
            var found = await world.EventuallyAsync(
                "SELECT count(*) > 0 FROM pulse_audit.event WHERE type = $1 AND ($2 = '' OR reason = $2)", cancellationToken, type, reason ?? string.Empty);
            NotObservedException.Unless(found, $"there is no audit row {type} {reason}");
        }

        // Every event names its predecessor's hash; the first of a stream names thirty-two zero bytes.
        var broken = await world.InspectAsync<long>(
            """
            SELECT count(*) FROM (
                SELECT prev_hash, lag(hash) OVER (PARTITION BY stream ORDER BY seq) AS before FROM pulse_audit.event) e
            WHERE prev_hash <> coalesce(before, decode(repeat('00', 32), 'hex'))
            """,
            cancellationToken);
        var rows = await world.InspectAsync<long>("SELECT count(*) FROM pulse_audit.event", cancellationToken);
        NotObservedException.Unless(broken == 0, $"{broken} of {rows} rows do not follow their predecessor");
        return $"{Expected.Length} kinds of row found; {rows} rows, each naming its predecessor's hash";
    }
}
