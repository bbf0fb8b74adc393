using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Pulse.Certs;

internal sealed class PulseCertsBuilder(IServiceCollection services) : IPulseCertsBuilder
{
    public IServiceCollection Services { get; } = services;

    public IPulseCertsBuilder UseSigner(Func<IServiceProvider, ICaSigner> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.Replace(ServiceDescriptor.Singleton(factory));
        return this;
    }

    public IPulseCertsBuilder UseStore(Func<IServiceProvider, DbDataSource> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.Replace(ServiceDescriptor.Singleton<ICertificateStore>(provider => new DbCertificateStore(factory(provider))));
        Services.Replace(ServiceDescriptor.Singleton<IIssuanceLog>(provider => new DbIssuanceLog(factory(provider))));
        return this;
    }
}
