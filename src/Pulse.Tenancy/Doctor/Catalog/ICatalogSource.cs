namespace Pulse.Tenancy;

/// <summary>Reads what the doctor judges as a host starts.</summary>
internal interface ICatalogSource
{
    Task<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken);
}
