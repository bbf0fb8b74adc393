namespace Pulse.ReferenceHost.Development;

/// <summary>Waits until an address answers well.</summary>
internal static class HealthCheck
{
    public static async Task WaitAsync(Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var start = TimeProvider.System.GetTimestamp();
        var last = "no answer";
        while (TimeProvider.System.GetElapsedTime(start) < limit)
        {
            try
            {
                using var response = await client.GetAsync(url, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                last = $"{(int)response.StatusCode}";
            }
            catch (Exception refused) when (refused is HttpRequestException || (refused is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                last = refused.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        throw new InvalidOperationException($"{url} is not healthy after {limit.TotalSeconds:0} s: {last}.");
    }
}
