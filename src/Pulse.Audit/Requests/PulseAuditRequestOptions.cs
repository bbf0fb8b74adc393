using Microsoft.AspNetCore.Http;

namespace Pulse.Audit;

/// <summary>
/// What an event of a request says of its caller. Read when the request has ended, so that authentication has had its turn. One that
/// throws is logged and counted, and its value is null: the request is recorded and answered all the same.
/// </summary>
public sealed class PulseAuditRequestOptions
{
    /// <summary>Requests that are not recorded, such as health checks. Of what is refused or fails, none should be left out.</summary>
    /// <value>Default: null, all are recorded.</value>
    public Func<HttpContext, bool>? Skip { get; set; }

    /// <summary>Who acts.</summary>
    /// <value>Default: the subject of the claim <c>act</c> (RFC 8693, section 4.1), else the claim <c>sub</c>.</value>
    public Func<HttpContext, string?> Actor { get; set; } = context => RequestCaller.ActorOf(context.User);

    /// <summary>On whose behalf.</summary>
    /// <value>Default: the claim <c>sub</c>, when the claim <c>act</c> names somebody else as acting.</value>
    public Func<HttpContext, string?> OnBehalfOf { get; set; } = context => RequestCaller.PrincipalOf(context.User);

    /// <summary>Whose tenant's request it is: from what was authenticated, never from the URL.</summary>
    /// <value>Default: the claim <c>tenant_id</c>.</value>
    public Func<HttpContext, string?> TenantId { get; set; } = context => context.User.FindFirst("tenant_id")?.Value;
}
