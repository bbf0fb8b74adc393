namespace Pulse.Tenancy.Testing;

/// <summary>How an attack on a table ended.</summary>
public enum IsolationVerdict
{
    /// <summary>The attacker met neither rows nor a sign of them.</summary>
    Invisible,

    /// <summary>The server refused the attack.</summary>
    Rejected,

    /// <summary>The attacker read, changed, or found out something of another tenant.</summary>
    Leaked,

    /// <summary>The attack could not be made, so nothing is known; the message says what it needs.</summary>
    Untested,
}
