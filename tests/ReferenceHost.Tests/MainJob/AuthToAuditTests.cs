using System.Net;
using Pulse.Audit;
using Pulse.Auth;
using Pulse.ReferenceHost.Composition;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>What authentication decides is recorded without anybody waiting for it, also when audit has no room.</summary>
public sealed class AuthToAuditTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_decision_is_offered_to_audit_at_once_and_never_waits(bool hasRoom)
    {
        var audit = new NeverWaiting(hasRoom);
        AuthEvents events = new AuthToAudit(audit);

        var accepted = events.TokenAcceptedAsync(new TokenAccepted { Subject = "olga", TenantId = "acme", Path = "/devices" }, CancellationToken.None);
        var refused = events.TokenRefusedAsync(
            new TokenRefused { Failure = default, RemoteAddress = IPAddress.Loopback, TraceId = "trace" }, CancellationToken.None);
        var denied = events.AccessDeniedAsync(new AccessDenied { Subject = "pat", Policies = ["one", "two"] }, CancellationToken.None);

        Assert.True(accepted.IsCompletedSuccessfully && refused.IsCompletedSuccessfully && denied.IsCompletedSuccessfully);
        Assert.All(audit.Offered, offered => Assert.Equal(AuditClass.Security, offered.Class));
        Assert.Equal(
            [("auth.token.accepted", AuditOutcome.Success, "olga", "acme", null), ("auth.token.refused", AuditOutcome.Denied, null, null, "None"), ("auth.access.denied", AuditOutcome.Denied, "pat", null, "one,two")],
            audit.Offered.Select(offered => (offered.Type, offered.Outcome, offered.Actor, offered.TenantId, offered.Reason)));
        Assert.Equal((IPAddress.Loopback, "trace"), (audit.Offered[1].Peer, audit.Offered[1].TraceId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_queue_of_authentication_has_no_room_for_goes_to_audit_at_once(bool hasRoom)
    {
        var audit = new NeverWaiting(hasRoom);
        AuthEvents events = new AuthToAudit(audit);

        AuthEvent[] overflow = [new TokenAccepted { Subject = "olga" }, new TokenRefused { Failure = default }, new AccessDenied { Subject = "pat" }];

        Assert.All(overflow, e => Assert.Equal(hasRoom, events.TryTakeOverflow(e)));
        Assert.Equal(["auth.token.accepted", "auth.token.refused", "auth.access.denied"], audit.Offered.Select(offered => offered.Type));
    }

    private sealed class NeverWaiting(bool hasRoom) : IAuditWriter
    {
        public List<AuditEvent> Offered { get; } = [];

        public bool TryWrite(AuditEvent auditEvent)
        {
            Offered.Add(auditEvent);
            return hasRoom;
        }

        public ValueTask<AuditReceipt> WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("Authentication must not wait for audit.");
    }
}
