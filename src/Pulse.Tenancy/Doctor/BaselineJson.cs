using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulse.Tenancy;

internal sealed record BaselineFile(int Version, IReadOnlyList<BaselineEntry>? Accepted);

internal sealed record BaselineEntry(string? Rule, string? Object, string? Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(BaselineFile))]
internal sealed partial class BaselineJson : JsonSerializerContext;
