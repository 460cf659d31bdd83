select * exclude (is_consent_block, block_category) from blocks where is_consent_block
