namespace Pulse.EfCoreRecipe;

/// <summary>A row of a protected table. Its tenant is part of the key, and the policy refuses any but the context's own.</summary>
public sealed class Device
{
    public required string TenantId { get; init; }

    public required string Id { get; init; }

    public string Name { get; set; } = string.Empty;
}
