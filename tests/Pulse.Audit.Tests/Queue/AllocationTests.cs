using Microsoft.Extensions.Time.Testing;

namespace Pulse.Audit.Tests.Queue;

public sealed class AllocationTests
{
    private const int Events = 1_000;

    [Fact]
    public void An_event_of_ten_members_costs_its_record_and_less_than_a_kilobyte_besides()
    {
        var canonicalizer = new EventCanonicalizer(new PulseAuditOptions(), new FakeTimeProvider());
        var source = new AuditEvent
        {
            Type = "auth.token.refused",
            Class = AuditClass.Security,
            Outcome = AuditOutcome.Denied,
            TenantId = "acme",
            Actor = "0c9dc0f2-4d0f-4a64-a2f4-5ff0a2f54bd3",
            Reason = "expired",
            Peer = System.Net.IPAddress.Parse("192.0.2.7"),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            Fields = [AuditField.Public("path", "/api/devices"), AuditField.Public("number", 7), AuditField.Personal("agent", "Mozilla/5.0")],
        };
        var record = canonicalizer.Canonicalize(source).Record.Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < Events; number++)
        {
            canonicalizer.Canonicalize(source);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        Assert.InRange(each - record, 1, 1_024);
    }
}
