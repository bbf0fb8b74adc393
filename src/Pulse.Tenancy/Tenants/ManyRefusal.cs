namespace Pulse.Tenancy;

/// <summary>What the server refused of a batch of many tenants' work.</summary>
internal enum ManyRefusal
{
    /// <summary>The moment or the machine: nothing is known about the work.</summary>
    OfTheServer,

    /// <summary>The switch to a tenant's role: the connection is not to be used again.</summary>
    OfTheSwitch,

    /// <summary>An item's statement, or the commit.</summary>
    OfTheWork,
}
