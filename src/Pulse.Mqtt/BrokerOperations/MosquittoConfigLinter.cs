namespace Pulse.Mqtt;

/// <summary>Finds what lets the wrong ones in, or loses messages, in a <c>mosquitto.conf</c> of Mosquitto 2.0.</summary>
public static class MosquittoConfigLinter
{
    /// <summary>Judges a configuration.</summary>
    /// <param name="configuration">The text of the file.</param>
    /// <param name="now">The time the CRLs are judged at.</param>
    /// <param name="readFile">Gives the bytes of a file the configuration names, or <see langword="null"/> when it cannot be read; without it no CRL is looked at.</param>
    /// <returns>The findings, by line.</returns>
    public static IReadOnlyList<MosquittoFinding> Lint(string configuration, DateTimeOffset now, Func<string, byte[]?>? readFile = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var config = MosquittoConfig.Parse(configuration);
        var rules = new MosquittoRules(config, now, readFile);
        return [.. rules.Judge().Distinct().OrderBy(static finding => finding.Line)];
    }
}
