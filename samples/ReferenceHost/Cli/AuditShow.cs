using System.Globalization;
using Npgsql;
using Pulse.Audit;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>audit show</c>: the newest events that fit, one record a line, as they were hashed.</summary>
internal static class AuditShow
{
    public static async Task<int> RunAsync(string[] words, Stream output, CancellationToken stop)
    {
        var options = AuditOptions.Parse("audit show", words, "--type", "--tenant", "--actor", "--from", "--until", "--limit");
        var left = Limit(options.Find("--limit"));
        var (from, until) = (Time(options, "--from"), Time(options, "--until"));
        await using var services = new ServiceCollection().AddPulseAudit().Services.BuildServiceProvider();
        var reader = services.GetRequiredService<IAuditReader>();
        await AuditOptions.WithDatabaseAsync(options, ShowAsync, stop);
        return 0;

        async Task<int> ShowAsync(NpgsqlDataSource source)
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            string? after = null;
            do
            {
                var page = await reader.QueryAsync(
                    connection,
                    new AuditQuery
                    {
                        Type = options.Find("--type"),
                        TenantId = options.Find("--tenant"),
                        Actor = options.Find("--actor"),
                        From = from,
                        Until = until,
                        PageSize = Math.Min(left, AuditQuery.MaxPageSize),
                        After = after,
                    },
                    stop);
                foreach (var entry in page.Entries)
                {
                    await output.WriteAsync(entry.Record, stop);
                    await output.WriteAsync("\n"u8.ToArray(), stop);
                }

                left -= page.Entries.Count;
                after = page.Next;
            }
            while (after is not null && left > 0);

            await output.FlushAsync(stop);
            return 0;
        }
    }

    private static int Limit(string? text)
    {
        if (text is null)
        {
            return AuditQuery.DefaultPageSize;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? limit
            : throw new UsageException($"audit show: --limit is a number from 1, not \"{text}\".");
    }

    private static DateTimeOffset? Time(BatchOptions options, string option) =>
        options.Find(option) is { } text ? CommandTime.Parse(option, text) : null;
}
