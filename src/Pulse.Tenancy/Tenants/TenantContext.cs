namespace Pulse.Tenancy;

/// <inheritdoc/>
internal sealed class TenantContext : ITenantContext
{
    private readonly AsyncLocal<Level?> _top = new();

    public TenantId Current => _top.Value?.Tenant
        ?? throw new InvalidOperationException("No tenant is current. Push one where the tenant is known: using (context.Push(tenant)) { … }");

    public bool TryGetCurrent(out TenantId tenant)
    {
        tenant = _top.Value?.Tenant ?? default;
        return _top.Value is not null;
    }

    public IDisposable Push(TenantId tenant)
    {
        _ = tenant.Value;
        var level = new Level(this, tenant, _top.Value);
        _top.Value = level;
        return level;
    }

    private sealed class Level(TenantContext owner, TenantId tenant, Level? below) : IDisposable
    {
        private bool _restored;

        public TenantId Tenant => tenant;

        public void Dispose()
        {
            if (_restored)
            {
                return;
            }

            if (owner._top.Value != this)
            {
                throw new InvalidOperationException(
                    "Tenants are restored in the reverse order they were pushed, in the same flow of control. Use a using block.");
            }

            _restored = true;
            owner._top.Value = below;
        }
    }
}
