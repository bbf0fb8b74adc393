using Microsoft.Extensions.Options;

namespace Pulse.Audit;

internal sealed class AuditSealingOptionsValidator : IValidateOptions<AuditSealingOptions>
{
    private const string Section = AuditSealingOptions.SectionName;
    private const int MaxOriginLength = 128;

    public ValidateOptionsResult Validate(string? name, AuditSealingOptions options)
    {
        List<string> failures = [];
        if (!IsOrigin(options.Origin))
        {
            failures.Add($"{Section}:{nameof(options.Origin)} is \"{options.Origin}\"; set it to a name such as example.com/audit: 1 to 128 printable ASCII characters without space and plus.");
        }

        OptionRange.Check(failures, Section, nameof(options.SealEvery), options.SealEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        OptionRange.Check(failures, Section, nameof(options.MaxEventsPerSeal), options.MaxEventsPerSeal, 1, 1_000_000);
        OptionRange.Check(failures, Section, nameof(options.MonthsAhead), options.MonthsAhead, 1, 24);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsOrigin(string origin) =>
        origin.Length is > 0 and <= MaxOriginLength && origin.All(character => character is > ' ' and < (char)0x7F and not '+');
}
