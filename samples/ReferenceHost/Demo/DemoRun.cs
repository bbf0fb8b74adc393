using System.Globalization;
using Pulse.ReferenceHost.Demo.Promises;

namespace Pulse.ReferenceHost.Demo;

/// <summary>Observes every promise and prints a line for each with the evidence.</summary>
internal static class DemoRun
{
    private static readonly IReadOnlyList<Promise> All =
    [
        .. MessagePromises.All,
        .. RefusalPromises.All,
        .. CertificatePromises.All,
        .. PeoplePromises.All,
        .. AuditPromises.All,
    ];

    /// <summary>True when every promise was seen to hold.</summary>
    public static async Task<bool> ObserveAllAsync(DemoWorld world, TextWriter output, CancellationToken cancellationToken)
    {
        var width = All.Max(promise => promise.Name.Length);
        var kept = 0;
        foreach (var promise in All)
        {
            var start = TimeProvider.System.GetTimestamp();
            string verdict;
            string evidence;
            try
            {
                evidence = await promise.ObserveAsync(world, cancellationToken);
                verdict = "seen    ";
                kept++;
            }
            catch (Exception notSeen) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever went wrong, the promise was not seen: that is the verdict, and the rest is still worth a look.
                evidence = notSeen is NotObservedException ? notSeen.Message : $"{notSeen.GetType().Name}: {notSeen.Message}";
                verdict = "NOT SEEN";
            }

            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            await output.WriteLineAsync($"{verdict}  {promise.Name.PadRight(width)}  {seconds,5} s  {evidence}");
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"{kept} of {All.Count} promises seen to hold");
        return kept == All.Count;
    }
}
