using System.Text;
using System.Text.Json;
using Pulse.Auth;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>token check</c>, <c>token signature</c> and <c>token jwks</c>: Pulse.Auth's verdicts without a provider.</summary>
internal static class TokenCommands
{
    private const int MaxKeySetBytes = 256 * 1024;

    public static Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop) => words switch
    {
        ["check", .. var rest] => CheckAsync(rest, input, output, stop),
        ["signature", .. var rest] => SignatureAsync(rest, input, output, stop),
        ["jwks", .. var rest] => KeySetAsync(rest, output, stop),
        [] => throw new UsageException("token needs one of: check, signature, jwks. Try: help"),
        _ => throw new UsageException($"There is no command \"token {words[0]}\": check, signature or jwks. Try: help"),
    };

    private static async Task<int> CheckAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("token check", words, "--issuer", "--audience", "--jwks", "--at");
        options.RefuseFiles();
        var (issuer, audience) = (options.Require("--issuer"), options.Require("--audience"));
        var time = CommandTime.ClockAt(options.Find("--at"));
        var (text, _) = await ReadKeySetAsync(options.Require("--jwks"), stop);

        await using var validator = new PulseOfflineTokenValidator(issuer, audience, text, time);
        var number = 0L;
        await foreach (var line in BatchLines.ReadAsync(input, PulseOfflineKeySet.MaxLength, stop))
        {
            var result = await validator.ValidateAsync(line, stop);
            await WriteVerdictAsync(output, ++number, result.Failure, stop);
        }

        return 0;
    }

    private static async Task<int> SignatureAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("token signature", words, "--jwks");
        options.RefuseFiles();
        var (_, keys) = await ReadKeySetAsync(options.Require("--jwks"), stop);

        var number = 0L;
        await foreach (var line in BatchLines.ReadAsync(input, PulseOfflineKeySet.MaxLength, stop))
        {
            await WriteVerdictAsync(output, ++number, keys.CheckSignature(line), stop);
        }

        return 0;
    }

    private static async Task<int> KeySetAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("token jwks", words);
        if (options.Files.Count != 1)
        {
            throw new UsageException("token jwks takes the name of one file. Try: help");
        }

        var (_, keys) = await ReadKeySetAsync(options.Files[0], stop);
        foreach (var key in keys.Keys)
        {
            await WriteAsync(output, new { kid = key.KeyId, usable = key.Usable, reason = key.Usable ? null : key.Reason }, stop);
        }

        return 0;
    }

    private static Task WriteVerdictAsync(TextWriter output, long number, PulseTokenFailure failure, CancellationToken stop)
    {
        var ok = failure == PulseTokenFailure.None;
        return WriteAsync(output, new { n = number, ok, reason = ok ? null : failure.ToString() }, stop);
    }

    private static Task WriteAsync<T>(TextWriter output, T line, CancellationToken stop) =>
        output.WriteLineAsync(JsonSerializer.Serialize(line).AsMemory(), stop);

    private static async Task<(string Text, PulseOfflineKeySet Keys)> ReadKeySetAsync(string file, CancellationToken stop)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            var bytes = new byte[MaxKeySetBytes + 1];
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
            if (length > MaxKeySetBytes)
            {
                throw new UsageException($"{file} is larger than {MaxKeySetBytes} bytes: no key set that large is used.");
            }

            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
            return (text, PulseOfflineKeySet.Parse(text));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            throw new UsageException($"{file}: {exception.Message}");
        }
    }
}
