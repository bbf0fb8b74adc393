namespace Pulse.Certs;

/// <summary>What the store already knows of a certificate that is to be added.</summary>
/// <param name="SerialTaken">Its issuer has used the serial number.</param>
/// <param name="KeyOfOther">Another device has, or had, a certificate of this key.</param>
/// <param name="KeyCompromised">A certificate of this key was revoked for keyCompromise.</param>
internal readonly record struct AddCheck(bool SerialTaken, bool KeyOfOther, bool KeyCompromised)
{
    /// <summary>A taken serial number comes first: another one is drawn, and all is asked again.</summary>
    public AddOutcome Outcome
    {
        get
        {
            if (SerialTaken)
            {
                return AddOutcome.SerialTaken;
            }

            if (KeyOfOther)
            {
                return AddOutcome.KeyOfOtherDevice;
            }

            return KeyCompromised ? AddOutcome.KeyCompromised : AddOutcome.Added;
        }
    }
}
