-- A tenant may not change its own status, rewrite history, or remove what was refused.
REVOKE INSERT, UPDATE, DELETE ON public.tenant FROM pulse_app;
REVOKE DELETE ON public.device FROM pulse_app;
REVOKE UPDATE, DELETE ON public.telemetry FROM pulse_app;
REVOKE DELETE ON public.quarantine FROM pulse_app;
-- The ACL file names every tenant's devices.
GRANT USAGE ON SCHEMA public TO pulse_worker;
GRANT SELECT ON public.device TO pulse_worker;
