using System.Text.Json.Serialization;

namespace Pulse.Tenancy;

/// <summary>The catalog's answers arrive as JSON: one text per kind of facts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServerFacts))]
[JsonSerializable(typeof(PlaceFacts))]
[JsonSerializable(typeof(IReadOnlyList<RoleFacts>))]
[JsonSerializable(typeof(IReadOnlyList<TableFacts>))]
[JsonSerializable(typeof(IReadOnlyList<PolicyFacts>))]
[JsonSerializable(typeof(IReadOnlyList<KeyFacts>))]
[JsonSerializable(typeof(IReadOnlyList<ForeignKeyFacts>))]
[JsonSerializable(typeof(IReadOnlyList<ViewFacts>))]
[JsonSerializable(typeof(IReadOnlyList<FunctionFacts>))]
[JsonSerializable(typeof(IReadOnlyList<TableName>))]
internal sealed partial class CatalogJson : JsonSerializerContext;
