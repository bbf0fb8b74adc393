namespace Pulse.Certs;

/// <summary>Why a public key was not taken.</summary>
internal enum PublicKeyFault
{
    None,

    /// <summary>Its type, curve, size, exponent, parameters or point form is not on the list.</summary>
    NotAllowed,

    /// <summary>It is no key of its own type: a point off its curve.</summary>
    Invalid,

    /// <summary>Its private half can be computed.</summary>
    Weak,
}
