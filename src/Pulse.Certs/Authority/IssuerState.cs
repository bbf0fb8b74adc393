namespace Pulse.Certs;

/// <summary>What an authority's certificate is used for. A rollover leads through the first three in this order.</summary>
public enum IssuerState
{
    /// <summary>Issues, and its certificates are good. There is one, named by <see cref="IPulseCertsBuilder.UseSigner"/>.</summary>
    Active,

    /// <summary>Issues no more; the certificates it issued are good until they end.</summary>
    VerifyOnly,

    /// <summary>Its certificates are refused. They can still be revoked, for the sake of whoever has not heard.</summary>
    Retired,

    /// <summary>The authority above an issuer: handed to devices (EST), never accepted as the issuer of a device's certificate.</summary>
    Root,
}
