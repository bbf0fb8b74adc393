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

    public IPulseCertsBuilder AddIssuer(Func<IServiceProvider, ReadOnlyMemory<byte>> certificateDer, IssuerState state)
    {
        ArgumentNullException.ThrowIfNull(certificateDer);
        if (state is not (IssuerState.VerifyOnly or IssuerState.Retired or IssuerState.Root))
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "UseSigner names the active issuer; any other is verify-only, retired or a root.");
        }

        Services.AddSingleton(provider => new IssuerRegistration(certificateDer(provider), state));
        return this;
    }
}
