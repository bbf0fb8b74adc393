namespace Pulse.Audit;

/// <summary>Settings of sealing and of the work that goes with it.</summary>
public sealed class AuditSealingOptions
{
    /// <summary>The configuration section these settings are bound from by convention.</summary>
    public const string SectionName = "Pulse:Audit:Sealing";

    /// <summary>Names this log in every checkpoint: a URL without scheme, such as <c>example.com/audit</c>. Never changed afterwards.</summary>
    /// <value>No default. 1 to 128 characters of printable ASCII without space and plus.</value>
    public string Origin { get; set; } = string.Empty;

    /// <summary>How often new events are sealed. Replicas take turns.</summary>
    /// <value>Default: 5 s. Range: 100 ms to 1 h.</value>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most events sealed in one transaction; the next follows at once while there are more.</summary>
    /// <value>Default: 20,000. Range: 1 to 1,000,000.</value>
    public int MaxEventsPerSeal { get; set; } = 20_000;

    /// <summary>For how many months after the current one partitions are kept ready; looked after every hour.</summary>
    /// <value>Default: 3. Range: 1 to 24.</value>
    public int MonthsAhead { get; set; } = 3;

    /// <summary>The key that has signed until now, while a new one takes over: it signs the handover, once. Take it away afterwards.</summary>
    /// <value>Default: null.</value>
    public IAuditSigner? RetiringSigner { get; set; }
}
