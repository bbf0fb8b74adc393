using System.Globalization;
using System.Text.Json;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// <c>acl generate</c>: a line <c>{"tenant","device"}</c> per device and <c>{"service","read":[…],"write":[…]}</c> per service account become
/// one file. Anything wrong, and nothing is written.
/// </summary>
internal static class AclGenerate
{
    private const int MaxLineLength = 64 * 1024;

    public static async Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("acl generate", words, "--max-users");
        options.RefuseFiles();
        var most = MaxUsers(options.Find("--max-users"));
        var (devices, accounts, number) = (new List<DeviceKey>(), new List<AclServiceAccount>(), 0);
        await foreach (var line in BatchLines.ReadAsync(input, MaxLineLength, stop))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            Read(line, number, devices, accounts);
            if (devices.Count + accounts.Count > most)
            {
                throw new UsageException(
                    $"More than {most} users: Mosquitto 2.0 loads them in quadratic time. Use the Pulse endpoint, or raise --max-users for a file the endpoint reads.");
            }
        }

        try
        {
            await output.WriteAsync(AclWriter.Write(devices, accounts).AsMemory(), stop);
        }
        catch (ArgumentException refused)
        {
            throw new UsageException(refused.Message);
        }

        return 0;
    }

    private static int MaxUsers(string? text)
    {
        if (text is null)
        {
            return AclLinter.MaxUsers;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? most
            : throw new UsageException($"--max-users is a number above 0, not \"{text}\".");
    }

    private static void Read(string line, int number, List<DeviceKey> devices, List<AclServiceAccount> accounts)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = json.RootElement;
            if (root.TryGetProperty("service", out var service))
            {
                accounts.Add(Account(root, service.GetString()!));
                return;
            }

            if (DeviceKey.TryCreate(root.GetProperty("tenant").GetString(), root.GetProperty("device").GetString(), out var device))
            {
                devices.Add(device);
                return;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            // Said below, in the words of this command.
        }

        throw new UsageException(
            $"Line {number} is neither a device ({{\"tenant\",\"device\"}}, both of their grammar) nor a service account ({{\"service\",\"read\":[],\"write\":[]}}).");
    }

    private static AclServiceAccount Account(JsonElement root, string name)
    {
        var account = new AclServiceAccount(name);
        AddAll(root, "read", account.Read);
        AddAll(root, "write", account.Write);
        return account;
    }

    private static void AddAll(JsonElement root, string name, IList<string> filters)
    {
        if (!root.TryGetProperty(name, out var list))
        {
            return;
        }

        foreach (var filter in list.EnumerateArray())
        {
            filters.Add(filter.GetString() ?? throw new JsonException());
        }
    }
}
