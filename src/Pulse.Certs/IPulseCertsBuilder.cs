using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs;

/// <summary>Says where the authority's key and its tables are. Both are needed; the host does not start without them.</summary>
public interface IPulseCertsBuilder
{
    /// <summary>The services being configured.</summary>
    IServiceCollection Services { get; }

    /// <summary>Names the key of the authority.</summary>
    /// <param name="factory">Makes the signer, once; the container disposes of it.</param>
    /// <returns>This builder.</returns>
    IPulseCertsBuilder UseSigner(Func<IServiceProvider, ICaSigner> factory);

    /// <summary>Names the database that holds <see cref="CertificateSchema"/>. Its login acts as the role <c>pulse_worker</c>.</summary>
    /// <param name="factory">Gives the data source; whoever made it disposes of it.</param>
    /// <returns>This builder.</returns>
    IPulseCertsBuilder UseStore(Func<IServiceProvider, DbDataSource> factory);
}
