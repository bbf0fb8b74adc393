using System.Globalization;

namespace Pulse.Certs;

/// <summary>Which thresholds a certificate has crossed: fixed times before its end, shares of its life when that is short.</summary>
internal sealed class ExpirySchedule
{
    private readonly List<(string Name, TimeSpan Before)> _times;
    private readonly List<int> _percentages;
    private readonly TimeSpan _short;

    public ExpirySchedule(PulseCertsOptions options)
    {
        _times = [.. options.ExpiryThresholds.OrderDescending().Select(before => (NameOf(before), before))];
        _percentages = [.. options.ShortExpiryPercentages.OrderDescending()];

        // A certificate that lives for 60 days must not spend half its life being announced.
        _short = 2 * _times[0].Before;
        Horizon = _times[0].Before;
    }

    /// <summary>No threshold is crossed earlier before a certificate's end than this.</summary>
    public TimeSpan Horizon { get; }

    /// <summary>The names of the thresholds crossed, the most urgent last.</summary>
    public IReadOnlyList<string> Crossed(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now)
    {
        var life = notAfter - notBefore;
        var left = notAfter - now;
        return life < _short
            ? [.. _percentages.Where(percentage => left <= life * percentage / 100).Select(percentage => string.Create(CultureInfo.InvariantCulture, $"{percentage}%"))]
            : [.. _times.Where(time => left <= time.Before).Select(time => time.Name)];
    }

    private static string NameOf(TimeSpan before) => before.Ticks % TimeSpan.TicksPerDay == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{before.Days}d")
        : string.Create(CultureInfo.InvariantCulture, $"{before.TotalMinutes:0.##}m");
}
