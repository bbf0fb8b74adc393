using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pulse.Certs;

namespace Pulse.ReferenceHost.Cli;

/// <summary>One line of input to <c>cert validate</c>.</summary>
internal sealed class CertQuestion
{
    /// <summary>The longest line: the largest CRL that is read, as PEM, and the rest.</summary>
    public const int MaxLength = 128 * 1024 * 1024;

    /// <summary>The deepest path the library builds; a larger wish is no reason to refuse.</summary>
    private const int DeepestPath = 16;

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false, NumberHandling = JsonNumberHandling.Strict };

    public string? Id { get; init; }

    public IReadOnlyList<string> Roots { get; init; } = [];

    public IReadOnlyList<string>? Intermediates { get; init; }

    public string? Leaf { get; init; }

    public IReadOnlyList<string>? Crls { get; init; }

    public string? At { get; init; }

    public string? Purpose { get; init; }

    public string? Dns { get; init; }

    public int? MaxDepth { get; init; }

    public string? Revocation { get; init; }

    public IReadOnlyList<string>? Policies { get; init; }

    public bool? ExplicitPolicy { get; init; }

    public bool? InhibitAnyPolicy { get; init; }

    public bool? InhibitPolicyMapping { get; init; }

    /// <summary>Reads a line; <see langword="null"/> when it is none of ours.</summary>
    public static CertQuestion? Parse(string line)
    {
        if (line.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var question = JsonSerializer.Deserialize<CertQuestion>(line, Reading);
            return question?.IsComplete == true ? question : null;
        }
        catch (JsonException)
        {
            // The line's own fault: the caller says so in its place.
            return null;
        }
    }

    /// <summary>The reason against the certificate; null when it is good.</summary>
    public string? Ask(TimeProvider clock)
    {
        var time = At is not null && CommandTime.TryParse(At, out var at) ? new FixedClock(at) : clock;
        var options = ToOptions();
        var anchors = Roots.Select(root => (ReadOnlyMemory<byte>)ReadPem(root, "CERTIFICATE")).Where(root => IsAnchor(root, options, time)).ToList();
        if (anchors.Count == 0)
        {
            return "TrustAnchorInvalid";
        }

        var lists = new List<CertificateRevocationList>();
        foreach (var crl in Crls ?? [])
        {
            if (CertificateRevocationList.TryRead(ReadPem(crl, "X509 CRL"), out var list))
            {
                lists.Add(list);
            }
        }

        var verdict = new CertificatePathValidator(anchors, options, time).Validate(new CertificatePathRequest
        {
            Certificate = ReadPem(Leaf!, "CERTIFICATE"),
            Intermediates = [.. (Intermediates ?? []).Select(pem => (ReadOnlyMemory<byte>)ReadPem(pem, "CERTIFICATE"))],
            RevocationLists = lists,
            HostName = Dns,
        });
        if (!verdict.IsValid)
        {
            return verdict.Refusal.ToString();
        }

        // A list nobody can read may be the one that revokes.
        var isUnread = lists.Count < (Crls?.Count ?? 0) && options.Revocation != RevocationChecking.Off;
        return isUnread ? nameof(CertificateRefusal.RevocationUnknown) : null;
    }

    private bool IsComplete =>
        Leaf is not null
        && Roots is { Count: > 0 }
        && HasNoNull(Roots) && HasNoNull(Intermediates) && HasNoNull(Crls) && HasNoNull(Policies)
        && (At is null || CommandTime.TryParse(At, out _))
        && Purpose is null or "client" or "server" or "any"
        && Revocation is null or "require" or "ifPresent" or "off"
        && MaxDepth is null or >= 0;

    private CertificatePathOptions ToOptions()
    {
        var options = new CertificatePathOptions
        {
            Purpose = Purpose switch
            {
                "client" => CertificatePathPurpose.Client,
                "any" => CertificatePathPurpose.Any,
                null when Dns is null => CertificatePathPurpose.Any,
                _ => CertificatePathPurpose.Server,
            },
            Revocation = Revocation switch
            {
                "require" => RevocationChecking.Require,
                "off" => RevocationChecking.Off,
                _ => RevocationChecking.IfPresent,
            },
            RequireExplicitPolicy = ExplicitPolicy ?? false,
            InhibitAnyPolicy = InhibitAnyPolicy ?? false,
            InhibitPolicyMapping = InhibitPolicyMapping ?? false,
        };
        options.MaxDepth = Math.Min(MaxDepth ?? options.MaxDepth, DeepestPath);
        foreach (var policy in Policies ?? [])
        {
            options.Policies.Add(policy);
        }

        return options;
    }

    private static bool HasNoNull(IReadOnlyList<string>? texts) => texts is null || texts.All(static text => text is not null);

    private static bool IsAnchor(ReadOnlyMemory<byte> root, CertificatePathOptions options, TimeProvider time)
    {
        try
        {
            _ = new CertificatePathValidator([root], options, time);
            return true;
        }
        catch (ArgumentException)
        {
            // One unfit root among others is left out, as in any store; with none left the caller says so.
            return false;
        }
    }

    /// <summary>The one block of the text; empty when it is not exactly that.</summary>
    private static byte[] ReadPem(string text, string label)
    {
        if (!PemEncoding.TryFind(text, out var found))
        {
            return [];
        }

        var isAlone = text.AsSpan(0, found.Location.Start.Value).IsWhiteSpace() && text.AsSpan(found.Location.End.Value).IsWhiteSpace();
        return isAlone && text.AsSpan()[found.Label].SequenceEqual(label) ? Convert.FromBase64String(text[found.Base64Data]) : [];
    }
}
