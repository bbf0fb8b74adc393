using System.Text.RegularExpressions;
using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>doctor</c>: Pulse.Tenancy's examination of a live database. Exit 1 when an error is found and not accepted.</summary>
internal static partial class DoctorCommand
{
    private const string Development = "--development";
    private const string AppSetting = "Pulse__Database__App";

    public static async Task<int> RunAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse(
            "doctor", Split(words).Where(word => word != Development), "--format", "--connection", "--baseline", "--data");
        if (options.Files.Count > 0)
        {
            throw new UsageException($"doctor takes no \"{options.Files[0]}\". Try: help");
        }

        var format = options.Find("--format") ?? "text";
        Func<DoctorReport, string> write = format switch
        {
            "text" => report => report.ToText(),
            "json" => report => report.ToJson() + "\n",
            "sarif" => report => report.ToSarif() + "\n",
            _ => throw new UsageException($"doctor: --format is text, json or sarif, not \"{format}\"."),
        };
        var development = Arguments.IsDevelopmentMode(words);
        var doctor = new TenancyDoctor(new TenancyDoctorOptions
        {
            Baseline = options.Find("--baseline") is { } file ? LoadBaseline(file) : DoctorBaseline.Empty,
            AcceptServerBelowSecurityFloor = development,
        });

        var report = await InspectAsync(doctor, await FindConnectionAsync(options, development, stop), stop);
        await output.WriteAsync(write(report).AsMemory(), stop);
        return report.HasErrors ? 1 : 0;
    }

    private static async Task<DoctorReport> InspectAsync(TenancyDoctor doctor, string connectionString, CancellationToken stop)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            return await doctor.InspectAsync(source, stop);
        }
        catch (NpgsqlException unreachable)
        {
            throw new UsageException($"The database cannot be examined: {unreachable.Message}");
        }
        catch (ArgumentException)
        {
            // The driver's text may repeat the password.
            throw new UsageException("doctor: --connection is no PostgreSQL connection string. Expected Host=…;Database=…;Username=…;Password=….");
        }
    }

    private static async Task<string> FindConnectionAsync(BatchOptions options, bool development, CancellationToken stop)
    {
        if (options.Find("--connection") is { } given)
        {
            return given;
        }

        if (development)
        {
            var (sockets, secrets) = await DevelopmentFolder.FindDatabaseAsync(options.Find("--data") ?? DevelopmentFolder.DefaultRoot(), stop);
            return DevelopmentDatabase.AppConnectionString(sockets, secrets);
        }

        return Environment.GetEnvironmentVariable(AppSetting) is { Length: > 0 } set
            ? set
            : throw new UsageException($"doctor needs a database: --connection STRING, or {AppSetting} in the environment, or {Development} for the one of ./run.sh.");
    }

    private static DoctorBaseline LoadBaseline(string file)
    {
        try
        {
            return DoctorBaseline.Load(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UsageException($"doctor: {unreadable.Message}");
        }
    }

    // A connection string holds equals signs of its own: only the option's counts.
    private static IEnumerable<string> Split(string[] words) =>
        words.SelectMany(word => OptionWithValue().Match(word) is { Success: true } match ? [match.Groups[1].Value, match.Groups[2].Value] : new[] { word });

    [GeneratedRegex("^(--[a-z-]+)=(.*)$", RegexOptions.Singleline)]
    private static partial Regex OptionWithValue();
}
