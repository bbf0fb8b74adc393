using System.Security.Cryptography;
using System.Text;

namespace Pulse.Mqtt;

/// <summary>A file made from the registry, judged before anything is written.</summary>
internal sealed class AclCandidate
{
    /// <summary>A topic nobody is ever granted. A broker that lets it through runs without rules.</summary>
    public const string ForbiddenTopic = "pulse/canary/forbidden";

    private const string GenerationPrefix = "pulse/canary/generation/";

    private AclCandidate(byte[] bytes, string generationTopic, int users)
    {
        Bytes = bytes;
        GenerationTopic = generationTopic;
        Users = users;
    }

    public byte[] Bytes { get; }

    /// <summary>A topic that only this very content grants the service account: allowed means in force.</summary>
    public string GenerationTopic { get; }

    public int Users { get; }

    /// <summary>Makes the file; <see langword="null"/> with the reason when it must not be published.</summary>
    public static AclCandidate? Make(AclSourceContent content, MosquittoOptions options, out AclPublicationOutcome refusal)
    {
        if (content.Devices.Count + content.Accounts.Count > options.MaxUsers)
        {
            refusal = AclPublicationOutcome.TooManyUsers;
            return null;
        }

        refusal = AclPublicationOutcome.InvalidIdentity;
        if (content.Accounts.All(account => account.UserName != options.UserName))
        {
            return null;
        }

        try
        {
            var generation = GenerationPrefix + Digest(AclWriter.Write(content.Devices, content.Accounts));
            var accounts = content.Accounts.Select(account => account.UserName == options.UserName ? WithGeneration(account, generation) : account);
            var bytes = Encoding.UTF8.GetBytes(AclWriter.Write(content.Devices, accounts));
            refusal = AclPublicationOutcome.Unsafe;
            return IsSafe(bytes, options.UserName, generation) ? new AclCandidate(bytes, generation, content.Devices.Count + content.Accounts.Count) : null;
        }
        catch (ArgumentException)
        {
            // The writer's word for an identity that could be read as something else; the refusal is the report.
            return null;
        }
    }

    private static bool IsSafe(byte[] bytes, string userName, string generation)
    {
        var parsed = AclDocument.Parse(bytes, AclDialect.Strict);
        if (!parsed.Succeeded)
        {
            return false;
        }

        var service = parsed.Document.For(new AclClient(userName, userName));
        return service.Check(AclAccess.Write, Encoding.UTF8.GetBytes(generation)).Allowed
            && !service.Check(AclAccess.Write, Encoding.UTF8.GetBytes(ForbiddenTopic)).Allowed
            && !service.Check(AclAccess.Write, Encoding.UTF8.GetBytes(GenerationPrefix + "none")).Allowed;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static AclServiceAccount WithGeneration(AclServiceAccount account, string generation)
    {
        var copy = new AclServiceAccount(account.UserName);
        foreach (var filter in account.Read)
        {
            copy.Read.Add(filter);
        }

        foreach (var filter in account.Write.Append(generation))
        {
            copy.Write.Add(filter);
        }

        return copy;
    }
}
