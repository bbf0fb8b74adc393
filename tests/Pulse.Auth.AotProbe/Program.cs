using System.Globalization;
using Pulse.Auth;

// Validates the tokens of standard input, one a line, with the key set of a file: one name of PulseTokenFailure a line.
if (args is not [var issuer, var audience, var keySet, var at])
{
    await Console.Error.WriteLineAsync("Usage: Pulse.Auth.AotProbe ISSUER AUDIENCE JWKS-FILE TIME");
    return 2;
}

var now = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
await using var validator = new PulseOfflineTokenValidator(issuer, audience, await File.ReadAllTextAsync(keySet), new StoppedClock(now));
while (await Console.In.ReadLineAsync() is { } token)
{
    var result = await validator.ValidateAsync(token);
    Console.WriteLine(result.Succeeded ? $"{result.Failure} {result.Token.Subject} {result.Token.TenantId}" : $"{result.Failure}");
}

return 0;

internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
