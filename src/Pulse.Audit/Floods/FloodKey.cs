using System.Net;
using Pulse.Shared;

namespace Pulse.Audit;

/// <summary>What the events of one flood have in common, besides their type. An address has one spelling. "Others" is everybody
/// whose events came after the type's share was used up, whatever the address.</summary>
internal sealed record FloodKey(
    AuditClass Class, AuditOutcome Outcome, string? TenantId, bool VisibleToTenant, IPAddress? Peer, bool IsOthers)
{
    public static FloodKey Of(AuditEvent source)
    {
        // A text that is no tenant may be of any length, and no tenant would see it anyway.
        var isTenant = IdentifierGrammar.IsTenant(source.TenantId);
        return new FloodKey(
            source.Class,
            source.Outcome,
            isTenant ? source.TenantId : null,
            isTenant && source.VisibleToTenant,
            source.Peer is null ? null : PeerAddress.Normalize(source.Peer),
            IsOthers: false);
    }

    /// <summary>The key of what there is no room to tell apart: a number of them that no attacker chooses.</summary>
    public FloodKey Others() => new(Class, Outcome, TenantId: null, VisibleToTenant: false, Peer: null, IsOthers: true);
}
