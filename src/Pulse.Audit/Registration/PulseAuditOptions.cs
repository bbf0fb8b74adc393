namespace Pulse.Audit;

/// <summary>Settings of the audit sink. The defaults suit a platform of some thousand events a second.</summary>
public sealed class PulseAuditOptions
{
    /// <summary>The configuration section these settings are bound from by convention.</summary>
    public const string SectionName = "Pulse:Audit";

    /// <summary>Most events held in memory until they are stored.</summary>
    /// <value>Default: 16,384. Range: 1 to 1,000,000.</value>
    public int MaxQueuedEvents { get; set; } = 16_384;

    /// <summary>Most bytes of canonical events held in memory until they are stored.</summary>
    /// <value>Default: 32 MiB. Range: <see cref="MaxEventBytes"/> to 1 GiB.</value>
    public long MaxQueuedBytes { get; set; } = 32L << 20;

    /// <summary>Longest text value in UTF-8 bytes after escaping; a longer one is cut, and its length and SHA-256 are recorded.</summary>
    /// <value>Default: 2,048. Range: 64 to 65,536.</value>
    public int MaxTextBytes { get; set; } = 2_048;

    /// <summary>Largest canonical event in bytes; the texts of a larger one are cut further, all alike.</summary>
    /// <value>Default: 32 KiB. Range: 32 KiB to 1 MiB.</value>
    public int MaxEventBytes { get; set; } = 32 << 10;

    /// <summary>Most events stored in one transaction.</summary>
    /// <value>Default: 500. Range: 1 to 10,000.</value>
    public int BatchMaxEvents { get; set; } = 500;

    /// <summary>Most bytes of canonical events stored in one transaction; a single event is always taken.</summary>
    /// <value>Default: 1 MiB. Range: 1 byte to 64 MiB.</value>
    public int BatchMaxBytes { get; set; } = 1 << 20;

    /// <summary>How long a batch waits for more events. A Critical event ends the wait at once.</summary>
    /// <value>Default: 100 ms. Range: 0 to 10 s.</value>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a Critical write may take, waiting for room included.</summary>
    /// <value>Default: 10 s. Range: 100 ms to 10 s; the cap is deliberate, an audit sink must not hang the product.</value>
    public TimeSpan CriticalTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt to store a batch may take before it is given up and tried anew.</summary>
    /// <value>Default: 15 s. Range: 1 s to 5 min.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long stopping may take to store what is queued. The host's own shutdown time limits it as well.</summary>
    /// <value>Default: 10 s. Range: 0 to 10 min.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Age of the oldest event not yet stored from which the health check reports Degraded.</summary>
    /// <value>Default: 30 s. Range: 1 s to 1 h.</value>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The folder events go to while the database does not take them: its own, on a local disk, for this process alone. Made
    /// with mode 0700 when it is missing. Linux and macOS only.
    /// </summary>
    /// <value>Default: null; then an outage is bridged in memory alone, and what is in memory dies with the process.</value>
    public string? SpillFolder { get; set; }

    /// <summary>Most bytes of the spill; one segment more is kept in reserve. From half of it on, events of class Access are dropped.</summary>
    /// <value>Default: 1 GiB. Range: four times <see cref="SpillSegmentBytes"/> to 1 TiB.</value>
    public long SpillMaxBytes { get; set; } = 1L << 30;

    /// <summary>Size from which the next segment is begun. A segment is read whole, and deleted once all of it is stored.</summary>
    /// <value>Default: 8 MiB. Range: 64 KiB to 256 MiB, and no less than twice <see cref="MaxEventBytes"/>.</value>
    public int SpillSegmentBytes { get; set; } = 8 << 20;

    /// <summary>How long an event may wait in memory for an attempt that is under way before it goes to the spill; after a failed attempt: <see cref="Linger"/>.</summary>
    /// <value>Default: 1 s. Range: 10 ms to 1 min.</value>
    public TimeSpan SpillAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Event types whose floods are coalesced: beyond <see cref="CoalesceAfter"/> and <see cref="CoalesceAfterInAll"/>, events with
    /// outcome Denied or Failure are counted, exactly, by one record <c>audit.repeated</c> for each address instead of stored one by
    /// one. What else those events say is not kept. A success and class Critical are always stored.
    /// </summary>
    /// <value>Default: empty, nothing is coalesced. At most 64 types.</value>
    public ICollection<string> CoalesceTypes { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How many events of one type, outcome, class, tenant and address are stored whole in one <see cref="CoalesceWindow"/>.</summary>
    /// <value>Default: 100. Range: 1 to 100,000.</value>
    public int CoalesceAfter { get; set; } = 100;

    /// <summary>
    /// How many events of one type are stored whole in one <see cref="CoalesceWindow"/>, from all addresses together. Addresses that
    /// appear later share one record.
    /// </summary>
    /// <value>Default: 1,000. Range: 1 to 100,000.</value>
    public int CoalesceAfterInAll { get; set; } = 1_000;

    /// <summary>How long events are counted until their record is written; longer while events cannot be stored.</summary>
    /// <value>Default: 10 s. Range: 100 ms to 1 h.</value>
    public TimeSpan CoalesceWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names the key of <see cref="PseudonymSecret"/> in every pseudonym. A new key has a new id.</summary>
    /// <value>Default: null. 1 to 32 characters of A-Z, a-z, 0-9, <c>_</c> and <c>-</c>.</value>
    public string? PseudonymKeyId { get; set; }

    /// <summary>The key of <see cref="AuditField.Pseudonym(string, string?)"/>, base64 of 32 bytes or more. Whoever has it can test guesses; destroy it to forget.</summary>
    /// <value>Default: null; pseudonyms then say nothing.</value>
    public string? PseudonymSecret { get; set; }
}
