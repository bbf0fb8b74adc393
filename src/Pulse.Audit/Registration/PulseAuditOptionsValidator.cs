using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

internal sealed class PulseAuditOptionsValidator(IServiceProviderIsService services) : IValidateOptions<PulseAuditOptions>
{
    public const int MaxCoalesceTypes = 64;

    private const string Section = PulseAuditOptions.SectionName;

    public ValidateOptionsResult Validate(string? name, PulseAuditOptions options)
    {
        var failures = new List<string>();
        if (!services.IsService(typeof(IAuditStore)))
        {
            failures.Add("The audit sink has no store: call UsePostgres on what AddPulseAudit returns.");
        }

        OptionRange.Check(failures, Section, nameof(options.MaxQueuedEvents), options.MaxQueuedEvents, 1, 1_000_000);
        OptionRange.Check(failures, Section, nameof(options.MaxTextBytes), options.MaxTextBytes, 64, 65_536);
        OptionRange.Check(failures, Section, nameof(options.MaxEventBytes), options.MaxEventBytes, 32 << 10, 1 << 20);
        OptionRange.Check(failures, Section, nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, options.MaxEventBytes, 1L << 30);
        OptionRange.Check(failures, Section, nameof(options.BatchMaxEvents), options.BatchMaxEvents, 1, 10_000);
        OptionRange.Check(failures, Section, nameof(options.BatchMaxBytes), options.BatchMaxBytes, 1, 64 << 20);
        OptionRange.Check(failures, Section, nameof(options.Linger), options.Linger, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        OptionRange.Check(failures, Section, nameof(options.CriticalTimeout), options.CriticalTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        OptionRange.Check(failures, Section, nameof(options.StoreTimeout), options.StoreTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        OptionRange.Check(failures, Section, nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        OptionRange.Check(failures, Section, nameof(options.DegradedAfter), options.DegradedAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        OptionRange.Check(failures, Section, nameof(options.SpillSegmentBytes), options.SpillSegmentBytes, Math.Max(64 << 10, 2 * options.MaxEventBytes), 256 << 20);
        OptionRange.Check(failures, Section, nameof(options.SpillMaxBytes), options.SpillMaxBytes, 4L * options.SpillSegmentBytes, 1L << 40);
        OptionRange.Check(failures, Section, nameof(options.SpillAfter), options.SpillAfter, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        OptionRange.Check(failures, Section, nameof(options.CoalesceAfter), options.CoalesceAfter, 1, 100_000);
        OptionRange.Check(failures, Section, nameof(options.CoalesceAfterInAll), options.CoalesceAfterInAll, 1, 100_000);
        OptionRange.Check(failures, Section, nameof(options.CoalesceWindow), options.CoalesceWindow, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        if (options.CoalesceTypes.Count > MaxCoalesceTypes || !options.CoalesceTypes.All(AuditName.IsType))
        {
            failures.Add($"{Section}:{nameof(options.CoalesceTypes)}: set at most {MaxCoalesceTypes} event types, each 1 to 100 characters of a-z, 0-9, '.', '_' and '-'.");
        }

        if (options.SpillFolder is not null && !Path.IsPathFullyQualified(options.SpillFolder))
        {
            failures.Add($"{Section}:{nameof(options.SpillFolder)} is \"{options.SpillFolder}\"; set it to an absolute path.");
        }

        if (options.SpillFolder is not null && !FolderSync.IsSupported)
        {
            failures.Add($"{Section}:{nameof(options.SpillFolder)} is set, but spilling needs Linux or macOS: nothing else is known to synchronise a folder. Leave it empty.");
        }

        if (Pseudonyms.Judge(options.PseudonymKeyId, options.PseudonymSecret) is { } wrong)
        {
            failures.Add($"{Section}:{nameof(options.PseudonymKeyId)} and {nameof(options.PseudonymSecret)}: {wrong}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
