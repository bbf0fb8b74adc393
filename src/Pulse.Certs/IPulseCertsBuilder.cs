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

    /// <summary>
    /// Names another authority's certificate. A rollover: name the new authority by <see cref="UseSigner"/> and the old one here as
    /// <see cref="IssuerState.VerifyOnly"/>; when its last certificate has ended, as <see cref="IssuerState.Retired"/> or not at all.
    /// </summary>
    /// <param name="certificateDer">Gives the certificate, DER, once.</param>
    /// <param name="state">What it is used for; not <see cref="IssuerState.Active"/>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="state"/> is active or undefined.</exception>
    IPulseCertsBuilder AddIssuer(Func<IServiceProvider, ReadOnlyMemory<byte>> certificateDer, IssuerState state);
}
