namespace Pulse.Benchmarks.Ratios;

/// <summary>
/// Measures both sides in turns, so that whatever slows the machine slows both, and takes medians, so that one disturbed
/// round decides nothing.
/// </summary>
internal sealed class RatioMeasurement(TimeProvider time)
{
    /// <summary>Rounds measured; each gives one sample of either side.</summary>
    public const int Rounds = 15;

    // Long enough for a timer and a scheduler to be noise, short enough for both sides to see the same machine.
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(100);

    // The runtime recompiles what is hot, twice, and beside the loop that runs; only what comes after that is measured. With 0.6 s
    // the compiler still shared the second core with the database, to the cost of whichever side has more code.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public async Task<RatioResult> MeasureAsync(Ratio ratio)
    {
        await ratio.PrepareAsync();
        await WarmUpAsync(ratio.RunOursAsync);
        await WarmUpAsync(ratio.RunPeerAsync);
        var ourOperations = await CalibrateAsync(ratio.RunOursAsync);
        var peerOperations = await CalibrateAsync(ratio.RunPeerAsync);

        var (ours, peer) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            // Who goes first alternates: neither side always inherits the other's warm caches or its garbage.
            if (round % 2 == 0)
            {
                ours[round] = await NanosecondsAsync(ratio.RunOursAsync, ourOperations);
                peer[round] = await NanosecondsAsync(ratio.RunPeerAsync, peerOperations);
            }
            else
            {
                peer[round] = await NanosecondsAsync(ratio.RunPeerAsync, peerOperations);
                ours[round] = await NanosecondsAsync(ratio.RunOursAsync, ourOperations);
            }
        }

        var ratios = ours.Zip(peer, (left, right) => left / right).Order().ToArray();
        var median = Quantile(ratios, 0.5);
        return new RatioResult(
            ratio.Name,
            Round(median),
            Round(Quantile([.. ours.Order()], 0.5)),
            Round(Quantile([.. peer.Order()], 0.5)),
            "ns/op",
            ratio.PeerName,
            Rounds,
            Round((Quantile(ratios, 0.75) - Quantile(ratios, 0.25)) / median));
    }

    private async Task WarmUpAsync(Func<int, ValueTask> run)
    {
        var started = time.GetTimestamp();
        for (var operations = 1; time.GetElapsedTime(started) < WarmUp; operations = Math.Min(operations * 2, 1 << 16))
        {
            var before = time.GetTimestamp();
            await run(operations);
            if (time.GetElapsedTime(before) > Sample)
            {
                operations = Math.Max(1, operations / 4);
            }
        }
    }

    /// <summary>The smallest power of two that fills a sample: the same number whenever the speed is about the same.</summary>
    private async Task<int> CalibrateAsync(Func<int, ValueTask> run)
    {
        var operations = 1;
        while (operations < 1 << 30)
        {
            var before = time.GetTimestamp();
            await run(operations);
            if (time.GetElapsedTime(before) >= Sample)
            {
                break;
            }

            operations *= 2;
        }

        return operations;
    }

    private async Task<double> NanosecondsAsync(Func<int, ValueTask> run, int operations)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // A full collection gives the young generation's pages back to the system. A process at work keeps them: whoever allocates
        // fetches them again before the clock starts.
        await run(Math.Max(1, operations / 2));
        var before = time.GetTimestamp();
        await run(operations);
        return time.GetElapsedTime(before).TotalNanoseconds / operations;
    }

    private static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    // Four significant digits: more would claim a precision no such measurement has.
    private static double Round(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var scale = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 3);
        return double.Parse((Math.Round(value / scale) * scale).ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
    }
}
